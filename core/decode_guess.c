/* Which encoding bytes are in when nothing says so: each candidate decodes a sample, and what comes
 * out is weighed.  Text in the right encoding has frequent letters, words of one script, and capitals
 * at their beginning only. */
#include "core/decode_guess.h"

#include "base/str.h"
#include "base/utf8.h"

enum { SAMPLE = 16 * 1024, CHUNK = 512 };

/* In the order in which a tie is decided. */
static const lxb_encoding_t candidates[] = {
    LXB_ENCODING_WINDOWS_1252, LXB_ENCODING_WINDOWS_1251, LXB_ENCODING_SHIFT_JIS,
    LXB_ENCODING_GB18030, LXB_ENCODING_EUC_JP, LXB_ENCODING_EUC_KR, LXB_ENCODING_BIG5,
    LXB_ENCODING_WINDOWS_1250, LXB_ENCODING_ISO_8859_2, LXB_ENCODING_KOI8_R,
    LXB_ENCODING_WINDOWS_1253, LXB_ENCODING_WINDOWS_1254, LXB_ENCODING_WINDOWS_1255,
    LXB_ENCODING_WINDOWS_1256,
};

/* The most frequent letters of each script; of Latin, those that an encoding may be taken for. */
static const char frequent_han[] =
    "的一是不了在人有我他这個个们中来上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于着下自之年过過发發"
    "后後作里用道行所然家种事成方多经經么去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心她本前开開但因只从從想"
    "日実月者見高間新者回合東京市社今気力内外手女男全長水金";
static const char frequent_hangul[] = "이다는의에가을하고지은한로사기나도인어를자서시대해리것수아있일보들그부스정";
static const char frequent_cyrillic[] = "оеаинтсрвлкмдпуязы";
static const char frequent_greek[] = "αοιετσνηυρςπκμλάόίέήτ";
static const char frequent_hebrew[] = "יוהלארמבשתנ";
static const char frequent_arabic[] = "اليمونرتبةعد";
static const char frequent_latin[] = "éèàçñöäüåøæãõêóíáúîôßâšžčřěýůłąężśćńőűăşţťğıď";

enum script { OTHER, LATIN, ACCENTED, CYRILLIC, GREEK, HEBREW, ARABIC, KANA, HAN, HANGUL };

static enum script script_of(lxb_codepoint_t c)
{
    static const struct {
        lxb_codepoint_t first, last;
        enum script script;
    } ranges[] = {
        { 0xC0, 0xD6, ACCENTED },     { 0xD8, 0xF6, ACCENTED },     { 0xF8, 0x24F, ACCENTED },
        { 0x386, 0x3CF, GREEK },      { 0x400, 0x52F, CYRILLIC },   { 0x5D0, 0x5EA, HEBREW },
        { 0x621, 0x669, ARABIC },     { 0x66B, 0x6D3, ARABIC },     { 0x3041, 0x30FF, KANA },
        { 0x4E00, 0x9FFF, HAN },      { 0xAC00, 0xD7A3, HANGUL },
    };
    if (c < 0x80)
        return rt_is_alpha((char)c) ? LATIN : OTHER;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges && c >= ranges[i].first; i++)
        if (c <= ranges[i].last)
            return ranges[i].script;
    return OTHER;
}

static const char *frequent_of(enum script script)
{
    switch (script) {
    case ACCENTED: return frequent_latin;
    case CYRILLIC: return frequent_cyrillic;
    case GREEK:    return frequent_greek;
    case HEBREW:   return frequent_hebrew;
    case ARABIC:   return frequent_arabic;
    case HAN:      return frequent_han;
    case HANGUL:   return frequent_hangul;
    default:       return "";
    }
}

static bool is_frequent(lxb_codepoint_t c, enum script script)
{
    char utf8[4];
    size_t n = rt_utf8_put(utf8, c);
    return rt_str_has(rt_str_from_c(frequent_of(script)), (rt_str){ utf8, n });
}

static bool is_capital(lxb_codepoint_t c, enum script script)
{
    switch (script) {
    case LATIN:    return c < 'a';
    case ACCENTED: return c < 0x100 ? c < 0xDF : c % 2 == 0 && c < 0x138;
    case CYRILLIC: return c < 0x430;
    case GREEK:    return c < 0x3AC && c != 0x390;
    default:       return false;
    }
}

/* What one decoder made of the sample so far. */
struct judge {
    lxb_codepoint_t before;
    enum script script;     /* of the character before */
    long points;
};

static long points_in_word(const struct judge *judge, lxb_codepoint_t c, enum script script)
{
    bool drops = is_capital(c, script) && !is_capital(judge->before, judge->script);
    if (judge->script == OTHER)
        return 0;
    if (script == ACCENTED || script == LATIN) {
        if (judge->script != LATIN && judge->script != ACCENTED)
            return script == LATIN ? -4 : -8;
        return judge->script == ACCENTED && script == ACCENTED ? -3 : drops ? -6 : 1;
    }
    return judge->script != script ? -6 : drops ? -6 : 2;
}

/* Points of what hardly any text has: controls, private use, rare planes, halfwidth kana. */
static long points_of_rare(lxb_codepoint_t c)
{
    if (c == LXB_ENCODING_REPLACEMENT_CODEPOINT)
        return -60;
    if ((c >= 0x80 && c < 0xA0) || (c >= 0xE000 && c < 0xF900) || c >= 0x20000)
        return -20;
    return c >= 0xFF61 && c < 0xFFA0 ? -3 : 0;
}

/* Points of signs; those of usual punctuation count nothing. */
static long points_of_sign(const struct judge *judge, lxb_codepoint_t c)
{
    if (c < 0x80 || c == 0xA0 || c == 0xAB || c == 0xBB)
        return 0;
    if (c < 0xC0)
        return judge->script == OTHER ? -1 : -4;
    bool usual = (c >= 0x2010 && c < 0x2040) || (c >= 0x3000 && c < 0x3020) ||
                 (c >= 0xFF00 && c < 0xFF60);
    return usual ? 0 : -3;
}

static void weigh(struct judge *judge, lxb_codepoint_t c)
{
    enum script script = script_of(c);
    long rare = points_of_rare(c);
    if (rare)
        judge->points += rare;
    else if (script == HAN || script == HANGUL)
        judge->points += is_frequent(c, script) ? 16 : 2;
    else if (script == KANA)
        judge->points += 8;
    else if (script > LATIN)
        judge->points += points_in_word(judge, c, script) + (is_frequent(c, script) ? 2 : -1);
    else if (script == LATIN && judge->script > LATIN && judge->script < KANA)
        judge->points += points_in_word(judge, c, script);
    else
        judge->points += points_of_sign(judge, c);
    judge->before = c;
    judge->script = script;
}

static long plausibility(rt_str sample, lxb_encoding_t encoding)
{
    static const lxb_codepoint_t replacement = LXB_ENCODING_REPLACEMENT_CODEPOINT;
    struct judge judge = { 0, OTHER, 0 };
    lxb_codepoint_t characters[CHUNK];
    lxb_encoding_decode_t decode;
    const lxb_encoding_data_t *data = lxb_encoding_data(encoding);
    lxb_encoding_decode_init(&decode, data, characters, CHUNK);
    lxb_encoding_decode_replace_set(&decode, &replacement, 1);
    const lxb_char_t *p = (const lxb_char_t *)sample.at, *end = p + sample.len;
    lxb_status_t s;
    do {
        s = data->decode(&decode, &p, end);
        for (size_t i = 0; i < lxb_encoding_decode_buf_used(&decode); i++)
            weigh(&judge, characters[i]);
        lxb_encoding_decode_buf_used_set(&decode, 0);
    } while (s == LXB_STATUS_SMALL_BUFFER);
    return judge.points;
}

lxb_encoding_t rt_decode_guess(rt_str bytes)
{
    size_t from = 0;
    while (from < bytes.len && (unsigned char)bytes.at[from] < 0x80)
        from++;
    from = from > 8 ? from - 8 : 0;
    rt_str sample = rt_str_first(rt_str_from(bytes, from), SAMPLE);
    lxb_encoding_t best = candidates[0];
    long most = plausibility(sample, best) + 3;
    for (size_t i = 1; i < sizeof candidates / sizeof *candidates; i++) {
        long points = plausibility(sample, candidates[i]);
        if (points > most) {
            most = points;
            best = candidates[i];
        }
    }
    return best;
}
