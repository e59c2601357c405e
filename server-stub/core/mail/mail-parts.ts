/** Header and footers of the service's mails, by a template's switches and the tenant's branding (NC-09, NC-10; reference §5). What is not set is left out. */
import type { MailPicture } from '../directory-records.ts';
import type { Brand, BrandingOption, Picture } from '../policy-records.ts';
import { headerText } from './mail-address.ts';

/** A footer: a title, or none, and its lines; a line with an address is a link where links can be. */
export interface Footer {
  title: string | null;
  lines: readonly FooterLine[];
}

export interface FooterLine {
  /** `Serial number`; null: the text says by itself what it is. */
  label: string | null;
  text: string;
  /** https alone. */
  href?: string;
}

export interface Header {
  logo: MailPicture;
  /** Said where the picture is not shown. */
  alternative: string;
}

/** Where people are sent who have no Company Portal app. */
const companyPortal = 'https://portal.manage.microsoft.com';

/**
 * The logo that was uploaded counts, whether or not the portal shows it (documents 000 to 002).
 * @param domain ends the picture's id
 */
export function headerOf(branding: readonly BrandingOption[], brand: Brand, domain: string): Header | null {
  const logo = brand.lightBackgroundLogo ?? brand.darkBackgroundLogo;
  if (!branding.includes('includeCompanyLogo') || logo === null || !isPicture(logo)) return null;
  const picture = { contentId: `logo@${domain}`, type: logo.type.toLowerCase(), base64: logo.value };
  return { logo: picture, alternative: headerText(brand.displayName ?? '') || 'Company logo' };
}

/** Judged once: each mail asks, and a logo is long. */
const judged = new WeakMap<Picture, boolean>();

function isPicture(picture: Picture): boolean {
  const known = judged.get(picture);
  if (known !== undefined) return known;
  const isOne = /^image\/[a-z0-9.+-]{1,40}$/i.test(picture.type) && /^[A-Za-z0-9+/]+={0,2}$/.test(picture.value);
  judged.set(picture, isOne);
  return isOne;
}

/** In the order in which they stand, those of the device first. */
export function footersOf(branding: readonly BrandingOption[], brand: Brand, details: readonly FooterLine[]): Footer[] {
  const footers: Footer[] = [];
  const add = (title: string | null, lines: readonly FooterLine[]) => {
    if (lines.length > 0) footers.push({ title, lines });
  };
  add('Device', details);
  if (branding.includes('includeCompanyName')) add(null, linesOf([[null, brand.displayName]]));
  if (branding.includes('includeContactInformation')) add('Contact', contactLines(brand));
  if (branding.includes('includeCompanyPortalLink')) add(null, [{ label: null, text: 'Open Company Portal', href: companyPortal }]);
  return footers;
}

function contactLines(brand: Brand): FooterLine[] {
  const { onlineSupportSiteUrl: url, onlineSupportSiteName: name } = brand;
  const site: FooterLine[] =
    url !== null && /^https:\/\/[^\s"'<>\\]+$/i.test(url) ? [{ label: null, text: headerText(name ?? '') || url, href: url }] : [];
  return [
    ...linesOf([
      [null, brand.contactITName],
      ['Phone', brand.contactITPhoneNumber],
      ['E-mail', brand.contactITEmailAddress],
    ]),
    ...site,
    ...linesOf([[null, brand.contactITNotes]]),
  ];
}

/** Of what is set. */
export function linesOf(rows: readonly (readonly [label: string | null, text: string | null])[]): FooterLine[] {
  return rows.flatMap(([label, text]) => {
    const line = headerText(text ?? '');
    return line === '' ? [] : [{ label, text: line }];
  });
}
