/* The functions that answer about the component itself. */
#include "base/str.h"
#include "guest/abi.h"
#include "guest/memory.h"
#include "guest/state.h"

#include <riptide/version.h>

/* RT_GIT_COMMIT and RT_BUILD_TIME come from the build where it knows them. */
#ifdef RT_GIT_COMMIT
#define GIT_COMMIT { true, RT_LITERAL(RT_GIT_COMMIT) }
#else
#define GIT_COMMIT { false, { NULL, 0 } }
#endif
#ifdef RT_BUILD_TIME
#define BUILD_TIME { true, RT_LITERAL(RT_BUILD_TIME) }
#else
#define BUILD_TIME { false, { NULL, 0 } }
#endif

/* As RT_LIT(), for static initialisers. */
#define RT_LITERAL(text) { text, sizeof(text) - 1 }
#define LIST(array) { array, sizeof(array) / sizeof *(array) }

static const rt_str modes[] = {
#define RT_MODE(name, label, ...) RT_LITERAL(label),
#include "tables/modes.def"
#undef RT_MODE
};

static const rt_str features[] = {
#ifdef __wasm_simd128__
    RT_LITERAL("simd"),
#endif
#ifdef __wasm_bulk_memory__
    RT_LITERAL("bulk-memory"),
#endif
#ifdef __wasm_sign_ext__
    RT_LITERAL("sign-extension"),
#endif
#ifdef __wasm_nontrapping_fptoint__
    RT_LITERAL("nontrapping-fptoint"),
#endif
};

static const rt_str capabilities[] = {
    RT_LITERAL("markdown"),   RT_LITERAL("text"),          RT_LITERAL("metadata"),
    RT_LITERAL("links"),      RT_LITERAL("media"),         RT_LITERAL("language"),
    RT_LITERAL("categories"), RT_LITERAL("quality-score"), RT_LITERAL("custom-selectors"),
};

const struct rt_abi_health *rt_export_health_check(void);

RT_ABI_EXPORT("health-check")
const struct rt_abi_health *rt_export_health_check(void)
{
    static struct rt_abi_health answer = {
        .status = RT_LITERAL("healthy"),
        .version = RT_LITERAL(RT_VERSION),
        .trek_version = RT_LITERAL(RT_VERSION),
        .capabilities = LIST(capabilities),
    };
    answer.memory_usage = (struct rt_abi_opt_u64){ true, rt_memory_size() };
    answer.extraction_count = (struct rt_abi_opt_u64){ true, rt_state_extractions };
    return &answer;
}

const struct rt_abi_info *rt_export_get_info(void);

RT_ABI_EXPORT("get-info")
const struct rt_abi_info *rt_export_get_info(void)
{
    static const struct rt_abi_info answer = {
        .name = RT_LITERAL("riptide"),
        .version = RT_LITERAL(RT_VERSION),
        .component_model_version = RT_LITERAL("0.2.0"),
        .features = LIST(features),
        .supported_modes = LIST(modes),
        .build_timestamp = BUILD_TIME,
        .git_commit = GIT_COMMIT,
    };
    return &answer;
}

/* "extraction count reset, it was " and the number. */
static rt_str say_reset(uint64_t count)
{
    static const char words[] = "extraction count reset, it was ";
    static char text[sizeof words + 20];
    char digits[20];
    size_t n = 0, len = sizeof words - 1;
    do
        digits[n++] = (char)('0' + count % 10);
    while ((count /= 10) > 0);
    memcpy(text, words, len);
    while (n > 0)
        text[len++] = digits[--n];
    return (rt_str){ text, len };
}

const struct rt_abi_str_result *rt_export_reset_state(void);

RT_ABI_EXPORT("reset-state")
const struct rt_abi_str_result *rt_export_reset_state(void)
{
    static struct rt_abi_str_result answer;
    answer.as.ok = say_reset(rt_state_extractions);
    rt_state_extractions = 0;
    return &answer;
}

const rt_str_list *rt_export_get_modes(void);

RT_ABI_EXPORT("get-modes")
const rt_str_list *rt_export_get_modes(void)
{
    static const rt_str_list answer = LIST(modes);
    return &answer;
}
