/** The parts of a mail as they are looked at, whichever way they came. */

export interface InlinePicture {
  /** Without brackets. */
  contentId: string;
  type: string;
  base64: string;
}

/** Pictures are put into the HTML, so that nothing else is needed to look at it. */
export function withPictures(html: string, pictures: readonly InlinePicture[]): string {
  const found = new Map(pictures.map(({ contentId, type, base64 }) => [contentId, `data:${type};base64,${base64}`]));
  return html.replace(/\bcid:([^\s"'<>)]+)/g, (reference, contentId: string) => found.get(contentId) ?? reference);
}

/** On the wire a part ends with one. */
export function withoutLastBreak(text: string): string {
  return text.replace(/\r?\n$/, '');
}
