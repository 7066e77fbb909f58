// The pages of single sign-on.

import { test } from '../fixtures';
import { checkPages } from '../page-checks';
import { pages, settings } from '../pages/single-sign-on';

// In one worker: each worker would start a browser and a server with these settings.
test.describe.configure({ mode: 'default' });
test.use({ settings });

checkPages(pages);
