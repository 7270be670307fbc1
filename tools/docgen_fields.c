/* The tables in docs/type-boundary.md: fields and errors as both sides of the boundary see them. */
#include "docgen.h"

#include <riptide/riptide.h>

/* A kind of tables/content.def on both sides. */
struct kind {
    const char *wit, *c, *json, *absent;
};
static const struct kind STR = { "string", "rt_str", "string", "–" },
                         OPT_STR = { "option<string>", "rt_str", "string", "`at == NULL`, `null`" },
                         OPT_U32 = { "option<u32>", "rt_opt_u32", "number", "`!set`, `null`" },
                         OPT_U8 = { "option<u8>", "rt_opt_u8", "number", "`!set`, `null`" },
                         STR_LIST = { "list<string>", "rt_str_list", "array of strings",
                                      "– (`len == 0`, `[]`)" };

int rt_docgen_fields(void)
{
    static const struct {
        const char *name, *wit;
        const struct kind *kind;
    } fields[] = {
#define RT_FIELD(kind, name, wit) { #name, wit, &kind },
#include "tables/content.def"
#undef RT_FIELD
    };
    printf("| field in `rt_content` and JSON | type | in JSON | name in the interface | type | "
           "absent |\n"
           "| --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        printf("| `%s` | `%s` | %s | `%s` | `%s` | %s |\n", fields[i].name, fields[i].kind->c,
               fields[i].kind->json, fields[i].wit, fields[i].kind->wit, fields[i].kind->absent);
    return 0;
}

int rt_docgen_wit_errors(void)
{
    static const struct {
        rt_status status;
        const char *wit;
    } errors[] = {
#define RT_WIT_ERROR(status, wit) { RT_##status, wit },
#include "tables/wit_errors.def"
#undef RT_WIT_ERROR
    };
    printf("| case of `extraction-error` | outcome | meaning |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        printf("| `%s` | `%s` | %s |\n", errors[i].wit, rt_status_label(errors[i].status),
               rt_status_text(errors[i].status));
    return 0;
}
