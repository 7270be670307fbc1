/* abi.h - the canonical ABI of riptide:extractor/extractor, written down as C structs.  On wasm32 the
 * layout that the component model prescribes is the one that C gives these structs, and rt_str and
 * rt_str_list are its string and list<string> as they stand: what the core made is handed over
 * without a copy.  The assertions at the end hold both against each other.  No bindings are
 * generated. */
#ifndef RT_GUEST_ABI_H
#define RT_GUEST_ABI_H

#include <riptide/riptide.h>

/* ---- names --------------------------------------------------------------------------------- */

#define RT_ABI_INTERFACE "riptide:extractor/extractor@0.2.0"
#ifdef RT_ABI_AT_ROOT
#define RT_ABI_PREFIX ""
#else
#define RT_ABI_PREFIX RT_ABI_INTERFACE "#"
#endif
/* Goes before the definition of a function that the host calls. */
#define RT_ABI_EXPORT(function) __attribute__((export_name(RT_ABI_PREFIX function)))
/* What the host calls once it has read the answer of `function`. */
#define RT_ABI_POST_RETURN(function)                                                               \
    __attribute__((export_name("cabi_post_" RT_ABI_PREFIX function)))

/* ---- values -------------------------------------------------------------------------------- */

/* A tag, then the value: option<T>.  bool is the canonical u8 of 0 or 1. */
struct rt_abi_opt_str { bool some; rt_str value; };
struct rt_abi_opt_u64 { bool some; uint64_t value; };
struct rt_abi_opt_u32 { bool some; uint32_t value; };
struct rt_abi_opt_u8 { bool some; uint8_t value; };

#define RT_ABI_STR rt_str
#define RT_ABI_OPT_STR struct rt_abi_opt_str
#define RT_ABI_STR_LIST rt_str_list
#define RT_ABI_OPT_U32 struct rt_abi_opt_u32
#define RT_ABI_OPT_U8 struct rt_abi_opt_u8

struct rt_abi_content {
#define RT_FIELD(kind, name, wit) RT_ABI_##kind name;
#include "tables/content.def"
#undef RT_FIELD
};

enum rt_abi_mode {
#define RT_MODE(name, ...) RT_ABI_MODE_##name,
#include "tables/modes.def"
#undef RT_MODE
    RT_ABI_MODE_COUNT
};

enum rt_abi_error_case {
#define RT_WIT_ERROR(status, wit) RT_ABI_##status,
#include "tables/wit_errors.def"
#undef RT_WIT_ERROR
    RT_ABI_ERROR_COUNT
};

struct rt_abi_error {
    uint8_t which;          /* enum rt_abi_error_case */
    rt_str message;
};

struct rt_abi_stats {
    uint64_t processing_time_ms;
    uint64_t memory_used;
    struct rt_abi_opt_u32 nodes_processed;
    uint32_t links_found, images_found;
};

struct rt_abi_health {
    rt_str status, version, trek_version;
    rt_str_list capabilities;
    struct rt_abi_opt_u64 memory_usage, extraction_count;
};

struct rt_abi_info {
    rt_str name, version, component_model_version;
    rt_str_list features, supported_modes;
    struct rt_abi_opt_str build_timestamp, git_commit;
};

/* ---- answers ------------------------------------------------------------------------------- */

/* result<T, extraction-error>.  The payload begins where the stricter of both sides asks it to. */
struct rt_abi_extract_result {
    bool is_err;
    union { struct rt_abi_content ok; struct rt_abi_error err; } as;
};

struct rt_abi_stats_result {
    bool is_err;
    union {
        struct { struct rt_abi_content content; struct rt_abi_stats stats; } ok;
        struct rt_abi_error err;
    } as;
};

struct rt_abi_bool_result {
    bool is_err;
    union { bool ok; struct rt_abi_error err; } as;
};

struct rt_abi_str_result {
    bool is_err;
    union { rt_str ok; struct rt_abi_error err; } as;
};

/* What extract and extract-with-stats are called with.  A mode comes flat: its number, then the list
 * that only `custom` carries. */
#define RT_ABI_PAGE_PARAMETERS                                                                     \
    const char *html, size_t html_len, const char *url, size_t url_len, uint32_t mode,             \
        const rt_str *selectors, size_t selector_count

/* ---- layout -------------------------------------------------------------------------------- */

#define RT_ABI_SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " is not " #size " bytes")
#define RT_ABI_OFFSET(type, member, at)                                                            \
    _Static_assert(offsetof(type, member) == (at), #type "." #member " is not at " #at)

RT_ABI_SIZE(rt_str, 8);
RT_ABI_OFFSET(rt_str, len, 4);
RT_ABI_SIZE(rt_str_list, 8);
RT_ABI_OFFSET(rt_str_list, len, 4);
RT_ABI_SIZE(bool, 1);
RT_ABI_SIZE(struct rt_abi_opt_str, 12);
RT_ABI_SIZE(struct rt_abi_opt_u64, 16);
RT_ABI_SIZE(struct rt_abi_opt_u32, 8);
RT_ABI_SIZE(struct rt_abi_opt_u8, 2);
RT_ABI_OFFSET(struct rt_abi_content, title, 8);
RT_ABI_OFFSET(struct rt_abi_content, markdown, 44);
RT_ABI_OFFSET(struct rt_abi_content, links, 60);
RT_ABI_OFFSET(struct rt_abi_content, quality_score, 96);
RT_ABI_OFFSET(struct rt_abi_content, word_count, 100);
RT_ABI_OFFSET(struct rt_abi_content, description, 128);
RT_ABI_SIZE(struct rt_abi_content, 140);
RT_ABI_OFFSET(struct rt_abi_error, message, 4);
RT_ABI_SIZE(struct rt_abi_error, 12);
RT_ABI_OFFSET(struct rt_abi_stats, nodes_processed, 16);
RT_ABI_OFFSET(struct rt_abi_stats, images_found, 28);
RT_ABI_SIZE(struct rt_abi_stats, 32);
RT_ABI_OFFSET(struct rt_abi_health, memory_usage, 32);
RT_ABI_SIZE(struct rt_abi_health, 64);
RT_ABI_OFFSET(struct rt_abi_info, build_timestamp, 40);
RT_ABI_SIZE(struct rt_abi_info, 64);
RT_ABI_OFFSET(struct rt_abi_extract_result, as, 4);
RT_ABI_SIZE(struct rt_abi_extract_result, 144);
RT_ABI_OFFSET(struct rt_abi_stats_result, as, 8);
RT_ABI_OFFSET(struct rt_abi_stats_result, as.ok.stats, 152);
RT_ABI_SIZE(struct rt_abi_stats_result, 184);
RT_ABI_OFFSET(struct rt_abi_bool_result, as, 4);
RT_ABI_OFFSET(struct rt_abi_str_result, as, 4);

#define RT_MODE(name, ...)                                                                         \
    _Static_assert((int)RT_ABI_MODE_##name == (int)RT_MODE_##name, "mode " #name " is misplaced");
#include "tables/modes.def"
#undef RT_MODE

#endif
