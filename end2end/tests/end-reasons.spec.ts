// A session ends while its user looks at a page: the next click shows the reason once.

import { type Ending, type Scene, eachShowsItsReasonOnce } from '../end-reasons';
import { expect, requireSql } from '../fixtures';
import { linkOf } from '../mailbox';
import { logInFast, newUser, post } from '../users';
import type { Server } from '../server';

const NEW_PASSWORD = 'a brass sextant at dawn';

const endings: Ending[] = [
  {
    what: 'a session without activity',
    end: async ({ server }) => sql(server, 'update sessions set last_seen_at = 0'),
    told: 'You were away for too long.',
  },
  {
    what: 'a session at its maximum age',
    end: async ({ server }) => sql(server, 'update sessions set expires_at = 0'),
    told: 'A log-in lasts only so long.',
  },
  {
    what: 'a session that its user ended on another device',
    end: (scene) => onAnotherDevice(scene, '/account/devices/end-others'),
    told: 'You ended it from another device.',
  },
  {
    what: 'a password change on another device',
    end: (scene) => {
      const passwords = { current_password: scene.user.password, new_password: NEW_PASSWORD };
      return onAnotherDevice(scene, '/account/password', passwords);
    },
    told: 'Your password was changed.',
  },
  {
    what: 'an address change on another device',
    end: async (scene) => {
      const { email } = newUser();
      await onAnotherDevice(scene, '/account/email', { email });
      await scene.other.goto(linkOf(await scene.server.mailbox.last(email, /Confirm your new address/)));
      await scene.other.getByRole('button', { name: 'Use this address' }).click();
      await expect(scene.other).toHaveURL('/account');
    },
    told: 'Your address was changed.',
  },
];

async function sql(server: Server, statement: string): Promise<void> {
  requireSql(server);
  server.database.sql(statement);
}

async function onAnotherDevice({ user, other }: Scene, path: string, fields = {}): Promise<void> {
  await logInFast(other, user);
  await post(other.request, path, fields);
}

eachShowsItsReasonOnce(endings);
