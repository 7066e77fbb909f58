// A session ends while its user looks at a page: the next click shows the reason once.

import { type Ending, type Scene, eachIsToldSoOnce } from '../endings';
import { expect, needsSql } from '../fixtures';
import { linkOf } from '../mailbox';
import { enter, post, somebody } from '../people';
import type { Server } from '../server';

const NEW_PASSWORD = 'a brass sextant at dawn';

const endings: Ending[] = [
  {
    what: 'a person who was away for too long',
    end: async ({ server }) => sql(server, 'update sessions set last_seen_at = 0'),
    told: 'You were away for too long.',
  },
  {
    what: 'a person whose log-in lasted as long as one may',
    end: async ({ server }) => sql(server, 'update sessions set expires_at = 0'),
    told: 'A log-in lasts only so long.',
  },
  {
    what: 'a person who ended it from another device',
    end: (scene) => onAnotherDevice(scene, '/account/devices/end-others'),
    told: 'You ended it from another device.',
  },
  {
    what: 'a person who changed their password on another device',
    end: (scene) => {
      const passwords = { current_password: scene.person.password, new_password: NEW_PASSWORD };
      return onAnotherDevice(scene, '/account/password', passwords);
    },
    told: 'Your password was changed.',
  },
  {
    what: 'a person who changed their address on another device',
    end: async (scene) => {
      const { email } = somebody();
      await onAnotherDevice(scene, '/account/email', { email });
      await scene.other.goto(linkOf(await scene.server.mailbox.last(email, /Confirm your new address/)));
      await scene.other.getByRole('button', { name: 'Use this address' }).click();
      await expect(scene.other).toHaveURL('/account');
    },
    told: 'Your address was changed.',
  },
];

async function sql(server: Server, statement: string): Promise<void> {
  needsSql(server);
  server.database.sql(statement);
}

async function onAnotherDevice({ person, other }: Scene, path: string, fields = {}): Promise<void> {
  await enter(other, person);
  await post(other.request, path, fields);
}

eachIsToldSoOnce(endings);
