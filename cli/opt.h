#ifndef RT_CLI_OPT_H
#define RT_CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum rt_command_number {
#define RT_COMMAND(NAME, ...) RT_COMMAND_##NAME,
#include "commands.def"
#undef RT_COMMAND
    RT_COMMAND_COUNT
};

enum { RT_OPT_NUMBER_MAX = 256 };

struct rt_opt_list {
    const char **at;
    size_t len;
};

/* What the command line says.  All strings are the argument vector's own. */
struct rt_options {
    const char *command;
    const char *url, *mode, *format, *charset, *component, *config, *list, *output;
    const char *listen, *api_keys_file, *log;
    struct rt_opt_list selectors, sets;
    struct rt_opt_list args; /* what is no option */
    unsigned jobs, runs;     /* 0: not given */
    bool native, link_details, stats, resume, progress, no_progress, markdown, man, help,
        allow_private, no_robots;
    const char **store; /* the memory of the lists */
};

struct rt_command {
    const char *name, *arguments, *summary, *text;
    unsigned fewest, most; /* arguments that are not options */
};
extern const struct rt_command rt_commands[RT_COMMAND_COUNT];

/* The command of that name, or RT_COMMAND_COUNT. */
enum rt_command_number rt_opt_command(const char *name);

/* Reads argv[0 .. argc), which begins behind the command's name.  False, with one sentence on
 * standard error, for what the tables do not allow.  Free *out with rt_opt_free() either way. */
bool rt_opt_parse(enum rt_command_number command, int argc, char **argv, struct rt_options *out);
void rt_opt_free(struct rt_options *options);

/* The list of commands; the help of one; all of it as Markdown. */
void rt_opt_overview(FILE *to);
void rt_opt_help(enum rt_command_number command, FILE *to);
void rt_opt_markdown(FILE *to);
/* All of it on standard output as riptide(1). */
void rt_opt_man(void);

#endif
