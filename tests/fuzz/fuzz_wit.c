/* The reader of WIT.  An interface whose types can all be written and lead somewhere, or a reason in one
 * line of text; nothing else.
 *
 * Input: a WIT file. */
#include "fuzz/fuzz.h"

#include "host/checks/wit_parser.h"

static void check_type(const struct rt_wit_type *type, struct rt_arena *arena)
{
    if (!type)
        return;
    FUZZ_HOLDS(rt_wit_type_text(type, arena).len > 0);
    FUZZ_HOLDS(rt_wit_resolve(type)->kind < RT_WIT_NAMED);
}

static void check(const struct rt_wit *wit, struct rt_arena *arena)
{
    size_t count = 0;
    for (const struct rt_wit_function *f = wit->functions; f; f = f->next, count++) {
        size_t params = 0;
        FUZZ_HOLDS(f->name.len > 0);
        for (const struct rt_wit_member *p = f->params; p; p = p->next, params++)
            check_type(p->type, arena);
        FUZZ_HOLDS(params == f->param_count);
        check_type(f->result, arena);
    }
    FUZZ_HOLDS(count == wit->function_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rt_arena arena;
    struct rt_wit wit;
    rt_error err = { RT_OK, "" };
    char *text = fuzz_copy((rt_str){ (const char *)data, size });
    rt_arena_init(&arena, &rt_alloc_heap, (size_t)256 << 20);
    rt_status s = rt_wit_parse((rt_str){ text, size }, &arena, &wit, &err);
    if (s == RT_OK)
        check(&wit, &arena);
    else
        FUZZ_HOLDS(s == RT_INVALID_SETTING && err.message[0] && !strchr(err.message, '\n'));
    rt_arena_free(&arena);
    free(text);
    return 0;
}
