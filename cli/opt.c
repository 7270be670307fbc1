/* The command line: commands.def and options.def made real.  Parsing takes --name VALUE,
 * --name=VALUE, -n VALUE, -nVALUE and "--"; options and arguments may be mixed. */
#include "opt.h"

#include "opt_table.h"

#include "base/alloc.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

const struct rt_command rt_commands[RT_COMMAND_COUNT] = {
#define RT_COMMAND(NAME, name, arguments, fewest, most, summary, text)                             \
    [RT_COMMAND_##NAME] = { #name, arguments, summary, text, fewest, most },
#include "commands.def"
#undef RT_COMMAND
};

enum {
#define RT_COMMAND(NAME, ...) ON_##NAME = 1 << RT_COMMAND_##NAME,
#include "commands.def"
#undef RT_COMMAND
    ON_ALL = (1 << RT_COMMAND_COUNT) - 1,
    ON_ENGINE = ON_ALL & ~(ON_HELP | ON_COMPLETION)
};

const struct rt_opt_row rt_opt_rows[] = {
#define RT_OPTION(commands, kind, field, name, letter, argument, text)                             \
    { commands, RT_OPT_##kind, offsetof(struct rt_options, field), name, letter, argument, text },
#include "options.def"
#undef RT_OPTION
};
const size_t rt_opt_row_count = sizeof rt_opt_rows / sizeof *rt_opt_rows;

enum rt_command_number rt_opt_command(const char *name)
{
    enum rt_command_number i = 0;
    while (i < RT_COMMAND_COUNT && strcmp(rt_commands[i].name, name) != 0)
        i++;
    return i;
}

struct parser {
    enum rt_command_number command;
    int argc, at;
    char **argv;
    struct rt_options *out;
};

static bool refuse(const struct parser *p, const char *what, const char *given,
                   const char *expected)
{
    const char *name = rt_commands[p->command].name;
    fprintf(stderr, "riptide %s: %s '%s': expected %s; see riptide help %s\n", name, what, given,
            expected, name);
    return false;
}

static bool is_one_of(const char *word, const char *choices)
{
    size_t len = strlen(word);
    for (const char *at = choices; at; at = strchr(at, '|')) {
        at += *at == '|';
        size_t n = strcspn(at, "|");
        if (n == len && memcmp(at, word, n) == 0)
            return true;
    }
    return false;
}

static bool parse_number(const struct parser *p, const char *value, unsigned *out)
{
    unsigned long n = 0;
    const char *c = value;
    for (; *c >= '0' && *c <= '9' && n <= RT_OPT_NUMBER_MAX; c++)
        n = n * 10 + (unsigned long)(*c - '0');
    if (*c || n < 1 || n > RT_OPT_NUMBER_MAX) {
        char expected[48];
        snprintf(expected, sizeof expected, "a whole number from 1 to %d", RT_OPT_NUMBER_MAX);
        return refuse(p, "number", value, expected);
    }
    *out = (unsigned)n;
    return true;
}

static bool store(const struct parser *p, const struct rt_opt_row *row, const char *value)
{
    char *field = (char *)p->out + row->field;
    switch (row->kind) {
    case RT_OPT_FLAG: *(bool *)(void *)field = true; return true;
    case RT_OPT_CHOICE:
        if (!is_one_of(value, row->argument))
            return refuse(p, row->name, value, row->argument);
        /* fallthrough */
    case RT_OPT_TEXT: *(const char **)(void *)field = value; return true;
    case RT_OPT_NUMBER: return parse_number(p, value, (unsigned *)(void *)field);
    case RT_OPT_MANY: {
        struct rt_opt_list *list = (struct rt_opt_list *)(void *)field;
        list->at[list->len++] = value;
        return true;
    }
    }
    return false;
}

static const struct rt_opt_row *find(const struct parser *p, const char *name, size_t len,
                                     char letter)
{
    for (size_t i = 0; i < rt_opt_row_count; i++) {
        const struct rt_opt_row *row = &rt_opt_rows[i];
        bool named = letter ? row->letter == letter
                            : strlen(row->name) == len && memcmp(row->name, name, len) == 0;
        if (named && rt_opt_knows(p->command, row))
            return row;
    }
    return NULL;
}

/* The value of an option: what follows in the same word, else the next word. */
static bool take_value(struct parser *p, const struct rt_opt_row *row, const char *word,
                       const char *attached)
{
    if (row->kind == RT_OPT_FLAG) {
        if (attached)
            return refuse(p, "option", word, "no value for it");
        return store(p, row, NULL);
    }
    if (attached)
        return store(p, row, attached);
    if (p->at >= p->argc)
        return refuse(p, "option", word, row->argument);
    return store(p, row, p->argv[p->at++]);
}

static bool parse_long(struct parser *p, const char *word)
{
    size_t len = strcspn(word + 2, "=");
    const struct rt_opt_row *row = find(p, word + 2, len, 0);
    if (!row)
        return refuse(p, "unknown option", word, "an option of this command");
    return take_value(p, row, word, word[2 + len] == '=' ? word + 2 + len + 1 : NULL);
}

static bool parse_short(struct parser *p, const char *word)
{
    for (const char *c = word + 1; *c; c++) {
        const struct rt_opt_row *row = find(p, NULL, 0, *c);
        if (!row)
            return refuse(p, "unknown option", word, "an option of this command");
        if (row->kind != RT_OPT_FLAG)
            return take_value(p, row, word, c[1] ? c + 1 : NULL);
        store(p, row, NULL);
    }
    return true;
}

static bool parse_word(struct parser *p, const char *word, bool *only_arguments)
{
    if (*only_arguments || word[0] != '-' || word[1] == '\0') {
        p->out->args.at[p->out->args.len++] = word;
        return true;
    }
    if (strcmp(word, "--") == 0) {
        *only_arguments = true;
        return true;
    }
    return word[1] == '-' ? parse_long(p, word) : parse_short(p, word);
}

static bool check_arguments(const struct parser *p)
{
    const struct rt_command *command = &rt_commands[p->command];
    const struct rt_opt_list *args = &p->out->args;
    if (args->len > command->most)
        return refuse(p, "argument too many", args->at[command->most],
                      *command->arguments ? command->arguments : "none");
    return true;
}

bool rt_opt_parse(enum rt_command_number command, int argc, char **argv, struct rt_options *out)
{
    *out = (struct rt_options){ .command = rt_commands[command].name };
    size_t n = (size_t)argc + 1;
    out->store = rt_alloc_resize(&rt_alloc_heap, NULL, 3 * n * sizeof *out->store);
    if (!out->store) {
        fprintf(stderr, "riptide: no memory for %d arguments\n", argc);
        return false;
    }
    out->args.at = out->store;
    out->selectors.at = out->store + n;
    out->sets.at = out->store + 2 * n;
    struct parser p = { command, argc, 0, argv, out };
    bool only_arguments = false;
    while (p.at < argc) {
        const char *word = argv[p.at++];
        if (!parse_word(&p, word, &only_arguments))
            return false;
    }
    return out->help || check_arguments(&p);
}

void rt_opt_free(struct rt_options *options)
{
    rt_alloc_resize(&rt_alloc_heap, options->store, 0);
    options->store = NULL;
}
