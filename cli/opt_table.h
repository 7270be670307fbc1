#ifndef RT_CLI_OPT_TABLE_H
#define RT_CLI_OPT_TABLE_H

#include "opt.h"

/* The rows of options.def, for opt.c that reads them and opt_help.c that prints them. */
enum rt_opt_kind { RT_OPT_FLAG, RT_OPT_TEXT, RT_OPT_CHOICE, RT_OPT_NUMBER, RT_OPT_MANY };

struct rt_opt_row {
    unsigned commands; /* bit n: command n knows it */
    enum rt_opt_kind kind;
    size_t field; /* offset in struct rt_options */
    const char *name;
    char letter; /* or 0 */
    const char *argument, *text;
};
extern const struct rt_opt_row rt_opt_rows[];
extern const size_t rt_opt_row_count;

/* The rows of exit_codes.def. */
struct rt_exit_row {
    int code;
    const char *text;
};
extern const struct rt_exit_row rt_exit_rows[];
extern const size_t rt_exit_row_count;

static inline bool rt_opt_knows(enum rt_command_number command, const struct rt_opt_row *row)
{
    return row->commands >> command & 1u;
}

#endif
