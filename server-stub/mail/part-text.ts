/** The parts of a mail as they are looked at, whichever way they came. */

export interface InlinePicture {
  /** Without brackets. */
  contentId: string;
  type: string;
  base64: string;
}

/** What pictures may add to the HTML: as much as they can be in a mail, if each is shown once. */
const picturesMax = 36_000_000;

/** Pictures are put into the HTML, so that nothing else is needed to look at it. One that is shown a thousand times is not there a thousand times. */
export function withPictures(html: string, pictures: readonly InlinePicture[]): string {
  const found = new Map(pictures.map(({ contentId, type, base64 }) => [contentId, `data:${type};base64,${base64}`]));
  let left = picturesMax;
  return html.replace(/\bcid:([^\s"'<>)]+)/g, (reference, contentId: string) => {
    const picture = found.get(contentId);
    if (picture === undefined || picture.length > left) return reference;
    left -= picture.length;
    return picture;
  });
}

/** Where they were stands an address of nothing. */
export function withoutPictures(html: string): string {
  return html.replace(/\bdata:image\/[a-z0-9.+-]+;base64,[A-Za-z0-9+/=]*/gi, 'data:,');
}

/** On the wire a part ends with one. */
export function withoutLastBreak(text: string): string {
  return text.replace(/\r?\n$/, '');
}
