// A session ends while its user looks at a page: the next click shows the reason once.

import { type EndReasonCase, type EndScene, eachShowsItsReasonOnce } from '../end-reasons';
import { expect, sql, test, withoutLiveTabs } from '../fixtures';
import { post } from '../forms';
import { linkOf } from '../mailbox';
import { logInFast, newUser, verifyAddress } from '../users';

test.use({ settings: withoutLiveTabs });

const NEW_PASSWORD = 'a brass sextant at dawn';

const cases: EndReasonCase[] = [
  {
    what: 'a session without activity',
    end: async ({ server }) => sql(server, 'update sessions set last_seen_at = 0'),
    message: 'You were away for too long.',
  },
  {
    what: 'a session at its maximum age',
    end: async ({ server }) => sql(server, 'update sessions set expires_at = 0'),
    message: 'Your session reached its maximum length.',
  },
  {
    what: 'a session that its user ended on another device',
    end: (scene) => onAnotherDevice(scene, '/account/devices/end-others'),
    message: 'You ended it from another device.',
  },
  {
    what: 'a password change on another device',
    end: (scene) => {
      const passwords = { current_password: scene.user.password, new_password: NEW_PASSWORD };
      return onAnotherDevice(scene, '/account/password', passwords);
    },
    message: 'Your password was changed.',
  },
  {
    what: 'an address change on another device',
    end: async (scene) => {
      const { email } = newUser();
      await logInFast(scene.other, scene.user);
      await verifyAddress(scene.other, scene.server, scene.user);
      await post(scene.other.request, '/account/email', { email });
      await scene.other.goto(linkOf(await scene.server.mailbox.last(email, /Confirm your new address/)));
      await scene.other.getByRole('button', { name: 'Use this address' }).click();
      await expect(scene.other).toHaveURL('/account');
    },
    message: 'Your email address was changed.',
  },
];

async function onAnotherDevice({ user, other }: EndScene, path: string, fields = {}): Promise<void> {
  await logInFast(other, user);
  await post(other.request, path, fields);
}

eachShowsItsReasonOnce(cases);
