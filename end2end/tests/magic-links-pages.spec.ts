// The pages of log-in by email, and double clicks on their forms.

import { eachTakesEffectOnce, expectOneDevice, expectOneEmail } from '../double-click';
import { test } from '../fixtures';
import { clearFlashes, fillIn, post } from '../forms';
import { linkOf } from '../mailbox';
import { checkPages } from '../page-checks';
import { pages, settings } from '../pages/magic-links';
import { logOutFast } from '../users';

test.use({ settings });

checkPages(pages);

eachTakesEffectOnce({
  'ask for an email to log in with': {
    who: 'verified',
    open: async ({ page, user }) => {
      await logOutFast(page);
      return fillIn(page, '/login/mail', { Email: user.email }, 'Send the email');
    },
    leadsTo: '/login/mail',
    shows: [['info', 'we sent it an email.']],
    isLoggedOut: true,
    after: (scene) => expectOneEmail(scene, /Log in to/),
  },
  'log in with the link in an email': {
    who: 'verified',
    open: async ({ page, user, server }) => {
      await logOutFast(page);
      await post(page.request, '/login/mail', { email: user.email });
      await clearFlashes(page);
      return fillIn(page, linkOf(await server.mailbox.last(user.email, /Log in to/)), {}, 'Log in');
    },
    leadsTo: '/dashboard',
    shows: [['success', 'Welcome, ']],
    after: expectOneDevice,
  },
});
