/* The vocabulary of metadata: names of <meta> and words of class names. */
#include "core/meta_keys.h"

#include "base/str.h"

static const struct { const char *name; enum rt_meta_key key; } names[] = {
    { "og:title", RT_META_TITLE_OG },
    { "twitter:title", RT_META_TITLE_TWITTER },
    { "title", RT_META_TITLE },
    { "headline", RT_META_TITLE },
    { "dc.title", RT_META_TITLE },
    { "dcterms.title", RT_META_TITLE },
    { "citation_title", RT_META_TITLE },
    { "sailthru.title", RT_META_TITLE },
    { "parsely-title", RT_META_TITLE },
    { "author", RT_META_AUTHOR },
    { "authors", RT_META_AUTHOR },
    { "byl", RT_META_AUTHOR },
    { "dc.creator", RT_META_AUTHOR },
    { "dcterms.creator", RT_META_AUTHOR },
    { "parsely-author", RT_META_AUTHOR },
    { "sailthru.author", RT_META_AUTHOR },
    { "citation_author", RT_META_AUTHOR_CITATION },
    { "article:author", RT_META_AUTHOR_ARTICLE },
    { "article:author_name", RT_META_AUTHOR_ARTICLE },
    { "og:article:author", RT_META_AUTHOR_ARTICLE },
    { "og:author", RT_META_AUTHOR_ARTICLE },
    { "article:published_time", RT_META_PUBLISHED },
    { "og:article:published_time", RT_META_PUBLISHED },
    { "og:published_time", RT_META_PUBLISHED },
    { "published_time", RT_META_PUBLISHED },
    { "article:published", RT_META_PUBLISHED },
    { "article.published", RT_META_PUBLISHED },
    { "article:published_date", RT_META_PUBLISHED },
    { "datepublished", RT_META_PUBLISHED },
    { "rnews:datepublished", RT_META_PUBLISHED },
    { "pubdate", RT_META_PUBLISHED },
    { "publishdate", RT_META_PUBLISHED },
    { "publish-date", RT_META_PUBLISHED },
    { "publish_date", RT_META_PUBLISHED },
    { "publication_date", RT_META_PUBLISHED },
    { "published-date", RT_META_PUBLISHED },
    { "parsely-pub-date", RT_META_PUBLISHED },
    { "published", RT_META_PUBLISHED },
    { "ms.date", RT_META_PUBLISHED },
    { "sailthru.date", RT_META_PUBLISHED },
    { "citation_publication_date", RT_META_PUBLISHED },
    { "citation_online_date", RT_META_PUBLISHED },
    { "citation_date", RT_META_PUBLISHED },
    { "cxenseparse:recs:publishtime", RT_META_PUBLISHED },
    { "bt:pubdate", RT_META_PUBLISHED },
    { "dc.date.issued", RT_META_PUBLISHED },
    { "dcterms.issued", RT_META_PUBLISHED },
    { "dc.date.created", RT_META_PUBLISHED },
    { "dcterms.created", RT_META_PUBLISHED },
    { "date", RT_META_PUBLISHED_WEAK },
    { "dc.date", RT_META_PUBLISHED_WEAK },
    { "dcterms.date", RT_META_PUBLISHED_WEAK },
    { "datecreated", RT_META_PUBLISHED_WEAK },
    { "created", RT_META_PUBLISHED_WEAK },
    { "article:modified_time", RT_META_MODIFIED },
    { "og:updated_time", RT_META_MODIFIED },
    { "datemodified", RT_META_MODIFIED },
    { "dcterms.modified", RT_META_MODIFIED },
    { "og:site_name", RT_META_SITE_OG },
    { "application-name", RT_META_SITE_APP },
    { "apple-mobile-web-app-title", RT_META_SITE_APP },
    { "publisher", RT_META_SITE_PUBLISHER },
    { "dc.publisher", RT_META_SITE_PUBLISHER },
    { "citation_journal_title", RT_META_SITE_PUBLISHER },
    { "description", RT_META_DESCRIPTION },
    { "dc.description", RT_META_DESCRIPTION },
    { "dcterms.description", RT_META_DESCRIPTION },
    { "og:description", RT_META_DESCRIPTION_OG },
    { "twitter:description", RT_META_DESCRIPTION_TWITTER },
    { "keywords", RT_META_KEYWORDS },
    { "news_keywords", RT_META_KEYWORDS },
    { "parsely-tags", RT_META_KEYWORDS },
    { "sailthru.tags", RT_META_KEYWORDS },
    { "article:section", RT_META_SECTION },
    { "parsely-section", RT_META_SECTION },
    { "article:tag", RT_META_TAG },
    { "content-language", RT_META_LANGUAGE },
    { "dc.language", RT_META_LANGUAGE },
    { "dcterms.language", RT_META_LANGUAGE },
    { "language", RT_META_LANGUAGE },
    { "og:locale", RT_META_LOCALE },
    { "og:type", RT_META_TYPE_OG },
    { "twitter:label1", RT_META_LABEL },
    { "twitter:data1", RT_META_DATA },
};

enum rt_meta_key rt_meta_key_find(rt_str name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (rt_lower(name.len ? name.at[0] : '\0') == names[i].name[0] &&
            rt_str_eq_nocase(name, rt_str_from_c(names[i].name)))
            return names[i].key;
    return RT_META_NONE;
}

/* A word of class names, and whether it must end where the table's does. */
struct name_word {
    const char *text;
    uint8_t len, bits;
    bool is_whole;
};

#define WORD(text, bits) { text, sizeof text - 1, bits, false }
#define WHOLE(text, bits) { text, sizeof text - 1, bits, true }

static const struct name_word words_a[] = {
    WORD("author", RT_WORD_AUTHOR),
    WORD("autor", RT_WORD_AUTHOR),
    WORD("auteur", RT_WORD_AUTHOR),
};
static const struct name_word words_b[] = {
    WORD("byline", RT_WORD_BYLINE),
    WHOLE("bigusername", RT_WORD_USER),
    WORD("breadcrumb", RT_WORD_BREADCRUMB),
    WORD("breadcrumbs", RT_WORD_BREADCRUMB),
};
static const struct name_word words_c[] = {
    WORD("comment", RT_WORD_ASIDE),
    WHOLE("card", RT_WORD_ASIDE),
    WHOLE("cards", RT_WORD_ASIDE),
    WORD("carousel", RT_WORD_ASIDE),
};
static const struct name_word words_d[] = {
    WORD("date", RT_WORD_DATE),
    WORD("datum", RT_WORD_DATE),
    WORD("disqus", RT_WORD_ASIDE),
};
static const struct name_word words_f[] = {
    WORD("fecha", RT_WORD_DATE),
    WHOLE("footer", RT_WORD_FOOT),
};
static const struct name_word words_k[] = {
    WORD("kommentar", RT_WORD_ASIDE),
};
static const struct name_word words_l[] = {
    WORD("latest", RT_WORD_ASIDE),
};
static const struct name_word words_m[] = {
    WORD("modified", RT_WORD_MODIFIED),
};
static const struct name_word words_p[] = {
    WORD("pubdate", RT_WORD_DATE),
    WORD("published", RT_WORD_DATE),
    WHOLE("publish", RT_WORD_DATE),
    WORD("posted", RT_WORD_DATE),
    WORD("postdate", RT_WORD_DATE),
    WORD("popular", RT_WORD_ASIDE),
};
static const struct name_word words_r[] = {
    WHOLE("respond", RT_WORD_ASIDE),
    WORD("related", RT_WORD_ASIDE),
    WORD("recommended", RT_WORD_ASIDE),
    WORD("recommendations", RT_WORD_ASIDE),
    WORD("recent", RT_WORD_ASIDE),
    WORD("reviews", RT_WORD_ASIDE),
};
static const struct name_word words_s[] = {
    WORD("submitted", RT_WORD_BYLINE | RT_WORD_DATE),
    WORD("sidebar", RT_WORD_ASIDE),
};
static const struct name_word words_t[] = {
    WHOLE("time", RT_WORD_DATE),
    WORD("timestamp", RT_WORD_DATE),
    WORD("teaser", RT_WORD_ASIDE),
    WORD("teasers", RT_WORD_ASIDE),
    WORD("trending", RT_WORD_ASIDE),
    WORD("testimonial", RT_WORD_ASIDE),
    WORD("testimonials", RT_WORD_ASIDE),
};
static const struct name_word words_u[] = {
    WHOLE("username", RT_WORD_USER),
    WORD("updated", RT_WORD_MODIFIED),
    WHOLE("update", RT_WORD_MODIFIED),
    WORD("upsell", RT_WORD_ASIDE),
};
static const struct name_word words_w[] = {
    WORD("writer", RT_WORD_AUTHOR),
    WHOLE("widget", RT_WORD_ASIDE),
};

#define LETTER(c, words) [c - 'a'] = { words, sizeof words / sizeof *words }

/* By first letter: most words of class names begin like none of these. */
static const struct { const struct name_word *at; size_t count; } by_letter[26] = {
    LETTER('a', words_a),
    LETTER('b', words_b),
    LETTER('c', words_c),
    LETTER('d', words_d),
    LETTER('f', words_f),
    LETTER('k', words_k),
    LETTER('l', words_l),
    LETTER('m', words_m),
    LETTER('p', words_p),
    LETTER('r', words_r),
    LETTER('s', words_s),
    LETTER('t', words_t),
    LETTER('u', words_u),
    LETTER('w', words_w),
};

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static unsigned word_at(rt_str name)
{
    unsigned bits = 0, letter = (unsigned)(rt_lower(name.at[0]) - 'a');
    if (name.len < 2)
        return 0;
    char second = rt_lower(name.at[1]);
    for (size_t i = 0; i < by_letter[letter].count; i++) {
        const struct name_word *w = &by_letter[letter].at[i];
        if (second != w->text[1] || !rt_str_starts_nocase(name, (rt_str){ w->text, w->len }))
            continue;
        bool ends = name.len == w->len || !rt_is_alpha(name.at[w->len]) ||
                    is_upper(name.at[w->len]);
        if (ends || !w->is_whole)
            bits |= w->bits;
    }
    return bits;
}

/* Words begin at a letter behind none, and at a capital behind a small letter. */
unsigned rt_name_words(rt_str name)
{
    unsigned bits = 0;
    for (size_t i = 0; i < name.len;) {
        if (!rt_is_alpha(name.at[i])) {
            i++;
            continue;
        }
        bits |= word_at(rt_str_from(name, i));
        while (i < name.len && is_upper(name.at[i]))
            i++;
        while (i < name.len && name.at[i] >= 'a' && name.at[i] <= 'z')
            i++;
    }
    return bits;
}
