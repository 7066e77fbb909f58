// The pages of single sign-on.

import { test } from '../fixtures';
import { checkPages } from '../page-checks';
import { pages, settings } from '../pages/single-sign-on';

test.use({ settings });

checkPages(pages);
