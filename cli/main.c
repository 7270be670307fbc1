/* riptide: the command table and nothing else. */
#include "cli.h"

#include <signal.h>
#include <string.h>

static int (*const run[RT_COMMAND_COUNT])(const struct rt_options *) = {
#define RT_COMMAND(NAME, name, ...) [RT_COMMAND_##NAME] = rt_cmd_##name,
#include "commands.def"
#undef RT_COMMAND
};

int rt_cmd_help(const struct rt_options *options)
{
    if (options->markdown) {
        rt_opt_markdown(stdout);
        return RT_EXIT_OK;
    }
    if (options->man) {
        rt_opt_man();
        return RT_EXIT_OK;
    }
    if (options->args.len == 0) {
        rt_opt_overview(stdout);
        return RT_EXIT_OK;
    }
    enum rt_command_number number = rt_opt_command(options->args.at[0]);
    if (number == RT_COMMAND_COUNT) {
        fprintf(stderr,
                "riptide help: unknown command '%s': expected one that riptide help lists\n",
                options->args.at[0]);
        return RT_EXIT_USAGE;
    }
    rt_opt_help(number, stdout);
    return RT_EXIT_OK;
}

static enum rt_command_number command_of(const char *word)
{
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return RT_COMMAND_HELP;
    return rt_opt_command(word);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is told by the write */
    if (argc < 2) {
        rt_opt_overview(stderr);
        return RT_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("riptide %s\n", rt_version());
        return RT_EXIT_OK;
    }
    enum rt_command_number number = command_of(argv[1]);
    if (number == RT_COMMAND_COUNT) {
        fprintf(stderr, "riptide: unknown command '%s': expected one that riptide help lists\n",
                argv[1]);
        return RT_EXIT_USAGE;
    }
    struct rt_options options;
    int code = RT_EXIT_USAGE;
    if (rt_opt_parse(number, argc - 2, argv + 2, &options)) {
        if (options.help && number != RT_COMMAND_HELP) {
            rt_opt_help(number, stdout);
            code = RT_EXIT_OK;
        } else {
            code = run[number](&options);
        }
    }
    rt_opt_free(&options);
    return code;
}
