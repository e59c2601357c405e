import { test } from 'node:test';
import { story } from './story.mjs';

test('a wipe that never arrives', story);
