// A test that is CommonJS itself: mockfleet is made of ES modules, which are imported, not required.
test('a wipe that never arrives', async () => {
  const { story } = await import('./story.mjs');
  await story();
});
