import { story } from './story.mjs';

test('a wipe that never arrives', story);
