/* Components that do what a host has to reckon with, one a case: GUEST_<CASE> says which is built.
 * All functions of the interface are there and well-behaved but for what the case is about. */
#include "base/str.h"
#include "guest/abi.h"
#include "guest/memory.h"

#define LITERAL(text) { text, sizeof(text) - 1 }
#define SOME(text) { true, LITERAL(text) }
#define COUNT(array) (sizeof(array) / sizeof *(array))

#if defined GUEST_LOOP || defined GUEST_DEEP
/* Something that an optimiser cannot know. */
static volatile unsigned always = 1;
#endif

/* ---- what the cases do ------------------------------------------------------------------------ */

static const rt_str links[] = { LITERAL("https://foreign.example/a"), LITERAL("https://foreign.example/\xC3\xA9") };
static const rt_str media[] = { LITERAL("https://foreign.example/picture.png") };
static const rt_str categories[] = { LITERAL("one"), LITERAL("two"), LITERAL("three") };

static const struct rt_abi_content everything = {
    .title = SOME("A title"),
    .byline = SOME("Ada Lovelace, Charles Babbage"),
    .published_iso = SOME("2024-02-29T12:30:00+01:00"),
    .markdown = LITERAL("# A title\n\nAll fields are here."),
    .text = LITERAL("A title\n\nAll fields are here."),
    .links = { links, COUNT(links) },
    .media = { media, COUNT(media) },
    .language = SOME("en"),
    .reading_time = { true, 4294967295u },
    .quality_score = { true, 100 },
    .word_count = { true, 7 },
    .categories = { categories, COUNT(categories) },
    .site_name = SOME("Foreign"),
    .description = SOME(""),
};

static const struct { rt_str name; uint8_t which; } errors[] = {
#define RT_WIT_ERROR(status, wit) { LITERAL("error:" wit), RT_ABI_##status },
#include "tables/wit_errors.def"
#undef RT_WIT_ERROR
};

/* Whether the page asks for an error, and which. */
static bool is_error(rt_str html, struct rt_abi_error *out)
{
    for (size_t i = 0; i < COUNT(errors); i++) {
        if (!rt_str_eq(html, errors[i].name))
            continue;
        *out = (struct rt_abi_error){ errors[i].which, LITERAL("as the page asked") };
        return true;
    }
    return false;
}

static struct rt_abi_content well_behaved(rt_str html)
{
    if (rt_str_eq(html, RT_LIT("all")))
        return everything;
    struct rt_abi_content content = { .markdown = html, .text = html };
    if (rt_str_eq(html, RT_LIT("none")))
        content.markdown = content.text = (rt_str)LITERAL("");
    return content;
}

#if defined GUEST_EATER || defined GUEST_EATER_TRAP
static void eat(void)
{
    for (size_t old; (old = __builtin_wasm_memory_grow(0, 1)) != SIZE_MAX;)
        *(volatile char *)(old * 65536) = 1;
}
#endif

#ifdef GUEST_DEEP
static unsigned deep(unsigned n)
{
    volatile char room[256];
    room[n % 256] = (char)n;
    return always ? deep(n + 1) + (unsigned)room[0] : n;
}
#endif

static bool extract(rt_str html, struct rt_abi_content *content, struct rt_abi_error *error)
{
#ifdef GUEST_LOOP
    while (always)
        ;
#endif
#ifdef GUEST_TRAP
    __builtin_trap();
#endif
#ifdef GUEST_DEEP
    always = deep(0);
#endif
#ifdef GUEST_EATER
    eat();
    *error = (struct rt_abi_error){ RT_ABI_RESOURCE_LIMIT, LITERAL("no more memory") };
    return false;
#endif
#ifdef GUEST_EATER_TRAP
    eat();
    __builtin_trap();
#endif
    if (is_error(html, error))
        return false;
    *content = well_behaved(html);
#ifdef GUEST_BAD_UTF8
    content->title = (struct rt_abi_opt_str)SOME("caf\xE9");
#endif
#ifdef GUEST_BAD_SCORE
    content->quality_score = (struct rt_abi_opt_u8){ true, 101 };
#endif
#ifdef GUEST_BAD_POINTER
    content->text = (rt_str){ (const char *)(uintptr_t)0xFFFF0000u, 4096 };
#endif
#ifdef GUEST_EXTRA_IMPORT
    extern uint64_t get_random_u64(void) __attribute__((
        import_module("wasi:random/random@0.2.0"), import_name("get-random-u64")));
    content->word_count = (struct rt_abi_opt_u32){ true, (uint32_t)(get_random_u64() & 1) };
#endif
    return true;
}

/* ---- the interface ---------------------------------------------------------------------------- */

const struct rt_abi_extract_result *guest_extract(RT_ABI_PAGE_PARAMETERS);

RT_ABI_EXPORT("extract")
const struct rt_abi_extract_result *guest_extract(RT_ABI_PAGE_PARAMETERS)
{
    static struct rt_abi_extract_result answer;
    (void)mode, (void)selectors, (void)selector_count;
    struct rt_abi_content content = { 0 };
    struct rt_abi_error error = { 0 };
    answer.is_err = !extract((rt_str){ html, html_len }, &content, &error);
    content.url = (rt_str){ url, url_len };
    if (answer.is_err)
        answer.as.err = error;
    else
        answer.as.ok = content;
    return &answer;
}

const struct rt_abi_stats_result *guest_extract_with_stats(RT_ABI_PAGE_PARAMETERS);

RT_ABI_EXPORT("extract-with-stats")
const struct rt_abi_stats_result *guest_extract_with_stats(RT_ABI_PAGE_PARAMETERS)
{
    static struct rt_abi_stats_result answer;
    const struct rt_abi_extract_result *plain =
        guest_extract(html, html_len, url, url_len, mode, selectors, selector_count);
    answer.is_err = plain->is_err;
    if (plain->is_err) {
        answer.as.err = plain->as.err;
        return &answer;
    }
    answer.as.ok.content = plain->as.ok;
    answer.as.ok.stats = (struct rt_abi_stats){
        .processing_time_ms = 3,
        .memory_used = rt_memory_size(),
        .nodes_processed = { rt_str_eq((rt_str){ html, html_len }, RT_LIT("all")), 42 },
        .links_found = (uint32_t)plain->as.ok.links.len,
        .images_found = (uint32_t)plain->as.ok.media.len,
    };
    return &answer;
}

const struct rt_abi_bool_result *guest_validate_html(const char *html, size_t len);

RT_ABI_EXPORT("validate-html")
const struct rt_abi_bool_result *guest_validate_html(const char *html, size_t len)
{
    static struct rt_abi_bool_result answer;
    answer.is_err = is_error((rt_str){ html, len }, &answer.as.err);
    if (!answer.is_err)
        answer.as.ok = len > 0;
    return &answer;
}

const struct rt_abi_health *guest_health_check(void);

RT_ABI_EXPORT("health-check")
const struct rt_abi_health *guest_health_check(void)
{
    static const struct rt_abi_health answer = {
        .status = LITERAL("healthy"), .version = LITERAL("9.9.9"), .trek_version = LITERAL("none"),
    };
    return &answer;
}

const struct rt_abi_info *guest_get_info(void);

RT_ABI_EXPORT("get-info")
const struct rt_abi_info *guest_get_info(void)
{
    static const struct rt_abi_info answer = {
        .name = LITERAL("foreign"), .version = LITERAL("9.9.9"),
        .component_model_version = LITERAL("0.2.0"),
    };
    return &answer;
}

const struct rt_abi_str_result *guest_reset_state(void);

RT_ABI_EXPORT("reset-state")
const struct rt_abi_str_result *guest_reset_state(void)
{
    static const struct rt_abi_str_result answer = {
        true, { .err = { RT_ABI_INTERNAL_ERROR, LITERAL("nothing to reset") } },
    };
    return &answer;
}

#ifndef GUEST_MISSING_EXPORT
const rt_str_list *guest_get_modes(void);

RT_ABI_EXPORT("get-modes")
const rt_str_list *guest_get_modes(void)
{
    static const rt_str modes[] = { LITERAL("article") };
    static const rt_str_list answer = { modes, 1 };
    return &answer;
}
#endif
