/* From the text of a byline to the name in it. */
#include "core/author_name.h"

#include "base/str.h"
#include "core/date.h"
#include "core/line.h"

enum { RAW_CAP = 300, NAME_CAP = 160, MAX_WORDS = 16 };

/* What stands before a name. */
static const char *const prefixes[] = {
    "written by", "posted by", "published by", "submitted by", "reported by", "created by",
    "article by", "story by", "words by", "words and photos by", "text by", "post by", "blog by",
    "authored by", "recipe by", "posts by", "view all posts by", "more by", "interview by",
    "contributed by", "by:", "by", "authors:", "author:", "author", "authors", "the author",
    "about the author", "written", "posted", "thread starter", "started by", "from", "text:",
    "gespeichert von", "soumis par", "enviado por", "geschrieben von", "verfasst von",
    "ein beitrag von", "beitrag von", "beitragvon",
    "ein artikel von", "artikel von:", "artikel von", "veröffentlicht von", "text von",
    "zeige alle beiträge von", "alle beiträge von", "interview:", "interview von", "von:", "von",
    "autorin:", "autoren:", "autor:", "autorin", "autor", "vom", "text und interview:",
    "écrit par", "publié par", "rédigé par", "posté par", "proposé par", "par:", "par",
    "auteur:", "auteur", "auteurs:", "propos recueillis par", "escrito por", "publicado por",
    "por:", "por", "texto:", "redacción:", "scritto da", "pubblicato da", "a cura di", "di:", "di",
    "da", "autore:", "autore", "geschreven door", "door:", "door", "av:", "av", "af:", "af",
    "tekst:", "skrevet av", "skriven av", "opracował:", "opracowała:", "opracował", "opracowała",
    "tekst", "napisał", "napisała", "dodał:", "napsal", "yazan:", "автор:", "автор", "текст:",
    "作者：", "作者:", "作者", "文/", "文／", "記者", "记者", "責任編輯：", "责任编辑：", "kirjoittanut",
    "oleh", "bởi",
};

/* What ends a name wherever it stands. */
static const char *const stops[] = {
    " | ", " \xe2\x80\xa2", " \xc2\xb7 ", " \xe2\x80\x93 ", " \xe2\x80\x94 ", " - ", " // ", "|",
    "\xe2\x80\xa2", "(", " @", " >", " \xc2\xbb", ";", "...", "\xe2\x80\xa6",
};

/* Words that end a name. */
static const char *const stop_words[] = {
    "on", "published", "updated", "posted", "at", "in", "is", "has", "was", "follow", "share",
    "shares", "view", "erstellt", "veröffentlicht", "last", "reviewed", "medically", "edited",
    "fact", "updated:", "read", "more", "min", "minutes", "comments", "stand", "stand:", "publié",
    "mis", "said", "writes", "und aktualisiert", "aktualisiert", "for", "about", "pubblicato",
    "geplaatst", "opublikowano", "date:", "date", "bio", "who", "shared", "since", "joined",
};

static const char *const no_names[] = {
    "admin", "administrator", "unknown", "anonymous", "editor", "guest", "author", "user", "root",
    "staff", "default", "none", "n/a", "test", "webmaster", "super user", "wordpress", "feed",
    "rss", "autor", "posted", "written", "share", "follow", "comments", "facebook", "twitter",
    "instagram", "website", "sign in", "log in", "login", "register", "noc admin", "name",
    "redaktion", "home", "contributors", "date", "posts", "reply", "about", "blog", "news", "team",
    "profile", "contact", "more", "email", "reviewer", "admin admin", "site admin", "no author",
};

static bool is_letter(char c)
{
    return rt_is_alpha(c) || (unsigned char)c >= 0x80;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* "By Ann" and "byAnn", but not "Byron". */
static bool takes_prefix(rt_str s, rt_str prefix)
{
    if (!rt_str_starts_nocase(s, prefix))
        return false;
    if (s.len == prefix.len || !is_letter(prefix.at[prefix.len - 1]))
        return true;
    char next = s.at[prefix.len];
    if ((unsigned char)prefix.at[prefix.len - 1] >= 0x80)
        return true;
    return !is_letter(next) || (is_upper(next) && !is_upper(s.at[prefix.len - 1]));
}

static rt_str trim_marks(rt_str s)
{
    while (s.len && strchr(" ,;:.-/|*\"'&", s.at[0]))
        s = rt_str_from(s, 1);
    while (s.len && strchr(" ,;:-/|*\"&", s.at[s.len - 1]))
        s.len--;
    return s;
}

bool rt_author_prefix(rt_str raw, rt_str *rest)
{
    size_t best = 0;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        rt_str prefix = rt_str_from_c(prefixes[i]);
        if (prefix.len > best && takes_prefix(raw, prefix))
            best = prefix.len;
    }
    if (best)
        *rest = trim_marks(rt_str_from(raw, best));
    return best > 0;
}

static rt_str cut_signs(rt_str s)
{
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        size_t at = rt_str_find(s, rt_str_from_c(stops[i]));
        if (at != RT_NPOS && at > 0)
            s.len = at;
    }
    return s;
}

static bool is_listed(rt_str s, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rt_str_eq_nocase(s, rt_str_from_c(list[i])))
            return true;
    return false;
}

static bool is_weekday(rt_str word)
{
    static const char *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday",
                                        "tuesday", "wednesday", "thursday", "friday", "saturday",
                                        "sunday", "montag", "dienstag", "mittwoch", "donnerstag",
                                        "freitag", "samstag", "sonntag", "am", "le", "el", "il",
                                        "den", "vor", "um", "mo", "di", "mi", "do", "fr", "sa",
                                        "so", "last", "new" };
    return is_listed(word, days, sizeof days / sizeof *days);
}

/* What leads to a date at the end: "Ann Lee, Fri Dec" of "Ann Lee, Fri Dec 5". */
static rt_str cut_date_words(rt_str s)
{
    for (size_t round = 0; round < 3; round++) {
        s = trim_marks(s);
        size_t from = s.len;
        while (from > 0 && s.at[from - 1] != ' ')
            from--;
        rt_str word = trim_marks(rt_str_from(s, from));
        while (word.len && word.at[word.len - 1] == '.')
            word.len--;
        if (!rt_month_find(word) && !is_weekday(word))
            break;
        s.len = from;
    }
    return s;
}

/* The first words up to one that ends a name, or up to a number. */
static rt_str cut_words(rt_str s)
{
    rt_str rest = s, word;
    for (size_t n = 0; rt_str_word(&rest, &word); n++) {
        size_t at = (size_t)(word.at - s.at);
        if (n > 0 && rt_is_digit(word.at[0]))
            return cut_date_words(rt_str_first(s, at));
        if (n > 0 && is_listed(trim_marks(word), stop_words,
                               sizeof stop_words / sizeof *stop_words))
            return rt_str_first(s, at);
    }
    return s;
}

static bool has_letter(rt_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (is_letter(s.at[i]))
            return true;
    return false;
}

/* "page.head.author", "example.org/x", "a@b.org". */
static bool is_address(rt_str s)
{
    bool spaced = rt_str_find_byte(s, ' ') != RT_NPOS;
    size_t dot = rt_str_find_byte(s, '.');
    bool two_dots = dot != RT_NPOS &&
                    rt_str_find_byte(rt_str_from(s, dot + 1), '.') != RT_NPOS;
    return rt_str_has(s, RT_LIT("://")) || rt_str_starts_nocase(s, RT_LIT("www.")) ||
           rt_str_has(s, RT_LIT("{{")) || rt_str_has(s, RT_LIT("@")) ||
           (!spaced && (rt_str_find_byte(s, '/') != RT_NPOS ||
                        (two_dots && !is_upper(s.at[0]))));
}

rt_str rt_author_name(struct rt_arena *arena, rt_str raw)
{
    rt_str s = rt_line_clean(arena, raw, RAW_CAP);
    if (!s.at)
        return s;
    s = trim_marks(s);
    for (size_t round = 0; round < 3 && rt_author_prefix(s, &s); round++)
        ;
    s = trim_marks(cut_words(cut_signs(s)));
    if (s.len < 2 || s.len > NAME_CAP || rt_str_count_words(s) > MAX_WORDS || !has_letter(s) ||
        is_listed(s, no_names, sizeof no_names / sizeof *no_names) || is_address(s) ||
        rt_month_find(s) || is_weekday(s))
        return (rt_str){ NULL, 0 };
    return s;
}

bool rt_author_looks_like_name(rt_str name)
{
    static const char *const small[] = { "van", "von", "der", "den", "de", "la", "le", "and", "und",
                                         "et", "y", "e", "da", "di", "del", "al", "bin", "dos",
                                         "do", "el", "ter", "ten", "zu", "af", "av", "och", "og",
                                         "the", "of", "with", "du", "des", "das", "i" };
    rt_str word;
    size_t n = 0;
    if (name.len > 90)
        return false;
    while (rt_str_word(&name, &word)) {
        char c = word.at[0];
        bool capital = is_upper(c) || (unsigned char)c >= 0x80 || c == '&' || c == '"';
        if (!capital && !is_listed(word, small, sizeof small / sizeof *small) &&
            !(n == 0 && name.len == 0))
            return false;
        n++;
    }
    return n > 0 && n <= 10;
}
