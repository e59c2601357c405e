import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMarkup } from './message-markup.ts';

const asIs = (text: string) => text;

describe('markup of a message', () => {
  it.each([
    ['one\ntwo', 'one<br>\ntwo', 'one\ntwo'],
    ['1 < 2 & 3 > "2"', '1 &lt; 2 &amp; 3 &gt; &quot;2&quot;', '1 < 2 & 3 > "2"'],
    ['a &amp; b &copy; &#65;', 'a &amp; b &amp;copy; A', 'a & b &copy; A'],
    ['<STRONG>x</Strong>', '<strong>x</strong>', 'x'],
    ['x<br/>y<br />z<br>', 'x<br>y<br>z<br>', 'x\ny\nz'],
    ['<b>open', '<b>open</b>', 'open'],
    ['<p>a</b></p></p>', '<p>a</p>', 'a'],
    ['<b><u>x</b>', '<b><u>x</u></b>', 'x'],
    [`<a href='https://x.example/?a=1&amp;b="'>x</a>`, undefined, undefined],
    ['<a href="https://x.example/?a=1&amp;b=2">x</a>', '<a href="https://x.example/?a=1&amp;b=2">x</a>', 'x (https://x.example/?a=1&b=2)'],
    ['<table><tr><td>a</td><td>b</td></tr></table>', '<table><tr><td>a</td><td>b</td></tr></table>', 'a b'],
  ])('%j', (message, html, text) => {
    expect(readMarkup(message, asIs)).toEqual(html === undefined ? undefined : { html, text });
  });

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<b onclick="x">y</b>',
    '<p style="color:red">',
    '<a>x</a>',
    '<a href="http://x.example">x</a>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" https://x.example">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="https://x.example" onclick="y">x</a>',
    '<a href="{{DeviceName}}">x</a>',
    '<!-- x -->',
    '<?xml?>',
    '<h1>x</h1>',
    'a<b and c',
    '<b/>',
    '</b x="1">',
    '<svg/onload=alert(1)>',
    '<b\u0000>x</b>',
  ])('%j is not allowed', (message) => {
    expect(readMarkup(message, asIs)).toBeUndefined();
  });

  it('values are text wherever they stand: what comes out has no elements but the allowed ones, all closed, and no attribute but https addresses', () => {
    const parts = fc.oneof(
      fc.constantFrom(
        '<b>',
        '</b>',
        '<p>',
        '</p>',
        '<br>',
        '<ul>',
        '<li>',
        '</ul>',
        '<a href="https://x.example/{{V}}">',
        "<a href='https://x.example/?v={{V}}&amp;w'>",
        '</a>',
        '<td>',
        '</td>',
        '{{V}}',
        '<',
        '>',
        '&lt;script&gt;',
        '&#60;img src=x&#62;',
        '"',
      ),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.string({ unit: fc.constantFrom(...'<>/ab="\' &;#!'), maxLength: 8 }),
    );
    let read = 0;
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 12 }),
        fc.oneof(parts, fc.constantFrom('"><script>', 'javascript:', '{{V}}')),
        (pieces, value) => {
          const markup = readMarkup(pieces.join(''), (text) => text.replaceAll('{{V}}', () => value));
          if (markup === undefined) return;
          read += 1;
          const open: string[] = [];
          const rest = markup.html.replace(
            /<(\/?)([a-z]+)( href="(https:\/\/[^"<>\s]*)")?>/g,
            (_, slash: string, name: string, attribute?: string) => {
              expect(['a', 'strong', 'b', 'u', 'ol', 'ul', 'li', 'p', 'br', 'code', 'table', 'tbody', 'tr', 'td', 'thead', 'th']).toContain(
                name,
              );
              expect(attribute !== undefined).toBe(name === 'a' && slash === '');
              if (slash === '/') expect(open.pop()).toBe(name);
              else if (name !== 'br') open.push(name);
              return '';
            },
          );
          expect(open).toEqual([]);
          expect(rest).not.toMatch(/[<>]/);
        },
      ),
      {
        numRuns: 2000,
        examples: [
          [['<b>', 'x', '{{V}}'], '<script>'],
          [['<a href="https://x.example/{{V}}">', 'y'], '"><script>'],
        ],
      },
    );
    expect(read).toBeGreaterThan(100);
  });
});
