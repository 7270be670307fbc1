// An extractor in JavaScript behind the same interface as the built-in one: title, language,
// description, links, and the text of headings and paragraphs.  It is short on purpose; what it
// cannot tell it leaves out.  README.md says how it is built and run.
//
// It runs in an interpreter that counts every instruction: the page goes through split() and
// replaceAll(), which cost some fifty a character, and not through regular expressions, which cost
// a thousand.  All of it is linear in the page.

const VERSION = '1.0.0';
const MODES = ['article', 'full', 'metadata'];
const BLOCKS = new Set(('address article aside blockquote body br dd div dl dt fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul').split(' '));
const INVISIBLE = new Set(['noscript', 'script', 'style', 'svg', 'template', 'textarea', 'title']);
const FURNITURE = new Set(['aside', 'button', 'footer', 'form', 'header', 'nav', 'select']);
const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
const MARKUP = ['\\', '`', '*', '_', '[', ']', '<', '~'];

// What a function throws is the error of its result.
const error = (tag, val) => ({ tag, val });

function decode(text) {
    if (!text.includes('&'))
        return text;
    return text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));/gi, (whole, hex, decimal, name) => {
        if (name)
            return NAMED[name.toLowerCase()] ?? whole;
        const code = hex ? parseInt(hex, 16) : parseInt(decimal, 10);
        const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
        return isCharacter ? String.fromCodePoint(code) : '\ufffd';
    });
}

const blank = (text) => text.replaceAll('\n', ' ').replaceAll('\r', ' ').replaceAll('\t', ' ').replaceAll('\f', ' ');
const wordsOf = (text) => decode(text).split(' ').filter((word) => word !== '');
const squeeze = (text) => wordsOf(text).join(' ');

// Text that a reader of Markdown must not take for markup.
function escape(text) {
    for (const mark of MARKUP)
        text = text.replaceAll(mark, '\\' + mark);
    return text.replace(/^[-+=#>|]/, '\\$&').replace(/^(\d{1,9})([.)])(?= |$)/, '$1\\$2');
}

// Tags and the text behind each, in order: { name, closes, attributes, text }.  What stands before the
// first is behind one without a name.
function* tags(html) {
    let until = null;   // what ends the comment or the script that is open
    for (const piece of `>${html}`.split('<')) {
        if (until === '-->' ? piece.includes(until) : until && piece.slice(0, until.length).toLowerCase() === until)
            until = null;
        else if (!until && piece.startsWith('!--') && !piece.includes('-->'))
            until = '-->';
        if (until)
            continue;
        const end = piece.startsWith('!--') ? piece.indexOf('-->') + 2 : piece.indexOf('>');
        const text = piece.slice(end + 1);
        const attributes = piece.slice(0, end < 4096 ? end : 4096);
        const closes = attributes[0] === '/';
        let name = attributes.split(' ', 1)[0].toLowerCase();
        if (closes)
            name = name.slice(1);
        else if (name.endsWith('/'))
            name = name.slice(0, -1);
        yield { name, closes, attributes, text };
        if (!closes && (name === 'script' || name === 'style'))
            until = '/' + name;
    }
}

const ATTRIBUTE = Object.fromEntries(['content', 'href', 'lang', 'name', 'property', 'src'].map((name) =>
    [name, new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i')]));

function attribute(attributes, name) {
    const found = ATTRIBUTE[name].exec(attributes);
    return found ? squeeze(found[1] ?? found[2] ?? found[3]) : '';
}

// What a start tag says beside the text.
function see(page, name, attributes) {
    if (name === 'html') {
        page.language = attribute(attributes, 'lang').toLowerCase().split(/[-_]/)[0];
    } else if (name === 'meta') {
        const key = (attribute(attributes, 'name') || attribute(attributes, 'property')).toLowerCase();
        if (key === 'description' || key === 'og:description')
            page.description ||= attribute(attributes, 'content');
        else if (key === 'og:site_name')
            page.siteName ||= attribute(attributes, 'content');
    } else if (name === 'a' || name === 'img') {
        const address = attribute(attributes, name === 'a' ? 'href' : 'src');
        if (/^https?:\/\/[^/\s]/i.test(address))    // absolute ones only: nothing here resolves the others
            (name === 'a' ? page.links : page.media).add(address);
    }
}

// One pass over the page: what its head says, its links, and its blocks of visible text.
function read(html, skipsFurniture) {
    const page = { title: '', heading: '', language: '', description: '', siteName: '', links: new Set(), media: new Set(), blocks: [], words: 0 };
    const open = new Map();     // elements without visible text that are open: name, how many
    let parts = [], heading = 0, hidden = 0;
    const finish = () => {
        const words = wordsOf(parts.join(''));
        parts = [];
        if (words.length === 0)
            return;
        const text = words.join(' ');
        page.blocks.push({ heading, text });
        page.words += words.length;
        if (heading === 1)
            page.heading ||= text;
    };
    for (const { name, closes, attributes, text } of tags(blank(html))) {
        if (INVISIBLE.has(name) || (skipsFurniture && FURNITURE.has(name))) {
            const depth = open.get(name) ?? 0;
            if (!closes || depth) {
                open.set(name, depth + (closes ? -1 : 1));
                hidden += closes ? -1 : 1;
            }
        }
        if (BLOCKS.has(name)) {
            finish();
            heading = !closes && name[0] === 'h' && name[1] >= '1' && name[1] <= '6' ? Number(name[1]) : 0;
        }
        if (!closes)
            see(page, name, attributes);
        if (name === 'title' && !closes)
            page.title ||= squeeze(text);
        if (!hidden)
            parts.push(text);
    }
    finish();
    return page;
}

function check(html, mode) {
    if (html.trim() === '')
        throw error('invalid-html', 'Empty HTML content');
    if (mode && !MODES.includes(mode.tag))
        throw error('unsupported-mode', `this extractor knows ${MODES.join(', ')}, not ${mode.tag}`);
}

function extract(html, url, mode) {
    check(html, mode);
    const page = read(html, mode.tag === 'article');
    const wantsContent = mode.tag !== 'metadata';
    if (wantsContent && page.words === 0)
        throw error('extractor-error', 'the page shows no text');
    const blocks = wantsContent ? page.blocks : [];
    return {
        url,
        title: page.heading || page.title || null,
        byline: null,
        publishedIso: null,
        markdown: blocks.map((block) => (block.heading ? '#'.repeat(block.heading) + ' ' : '') + escape(block.text)).join('\n\n'),
        text: blocks.map((block) => block.text).join('\n\n'),
        links: [...page.links],
        media: [...page.media],
        language: page.language || null,
        readingTime: wantsContent ? Math.ceil(page.words / 200) : null,
        qualityScore: null,
        wordCount: wantsContent ? page.words : null,
        categories: [],
        siteName: page.siteName || null,
        description: page.description || null,
    };
}

function extractWithStats(html, url, mode) {
    const content = extract(html, url, mode);
    return [content, {
        processingTimeMs: 0,    // there is no clock in here; the host measures
        memoryUsed: 0,
        nodesProcessed: null,
        linksFound: content.links.length,
        imagesFound: content.media.length,
    }];
}

function validateHtml(html) {
    check(html);
    return /<[a-z!]/i.test(html);
}

function healthCheck() {
    return { status: 'healthy', version: VERSION, trekVersion: VERSION, capabilities: MODES, memoryUsage: null, extractionCount: null };
}

function getInfo() {
    return {
        name: 'riptide-example-javascript', version: VERSION, componentModelVersion: '0.2.0',
        features: [], supportedModes: MODES, buildTimestamp: null, gitCommit: null,
    };
}

const resetState = () => 'nothing to reset: every call has a fresh instance';
const getModes = () => MODES;

// The functions under the interface, for the world of wit/extractor.wit, and once more for a world
// that has them at its root.
export const extractor = { extract, extractWithStats, validateHtml, healthCheck, getInfo, resetState, getModes };
export { extract, extractWithStats, validateHtml, healthCheck, getInfo, resetState, getModes };
