// The pages of access tokens and of the API, and double clicks on their forms.

import { eachTakesEffectOnce } from '../double-click';
import { test } from '../fixtures';
import { fillIn } from '../forms';
import { checkPages } from '../page-checks';
import { pages, settings } from '../pages/api';

test.use({ settings });

checkPages(pages);

eachTakesEffectOnce({
  'create an access token': {
    who: 'verified',
    open: ({ page }) => fillIn(page, '/account/tokens', { Name: 'Backup script' }, 'Create the token'),
    leadsTo: '/account/tokens',
    shows: [['success', 'The token was created.']],
  },
});
