/* Help for people, from the same tables as the parsing: on the terminal and as docs/cli.md. */
#include "opt.h"
#include "opt_table.h"

#include <riptide/riptide.h>
#include <string.h>

enum { INDENT = 30, WIDTH = 98 };

const struct rt_exit_row rt_exit_rows[] = {
#define RT_EXIT(NAME, code, text) { code, text },
#include "exit_codes.def"
#undef RT_EXIT
};
const size_t rt_exit_row_count = sizeof rt_exit_rows / sizeof *rt_exit_rows;

void rt_opt_overview(FILE *to)
{
    fprintf(to, "usage: riptide COMMAND [OPTION...] [ARGUMENT...]\n\n"
                "RipTide extracts the content of web pages in a sandbox.\n\nCommands:\n");
    for (size_t i = 0; i < RT_COMMAND_COUNT; i++)
        fprintf(to, "  %-10s%s\n", rt_commands[i].name, rt_commands[i].summary);
    fprintf(to, "\nriptide help COMMAND shows the options of a command.\n");
}

static void show_usage(const struct rt_command *command, const char *tail, FILE *to)
{
    fprintf(to, "riptide %s [OPTION...]%s%s%s", command->name, *command->arguments ? " " : "",
            command->arguments, tail);
}

/* "-u, --url URL" into text of that room. */
static void spell(const struct rt_opt_row *row, char *text, size_t room, const char *indent)
{
    char letter[8] = "";
    if (row->letter)
        snprintf(letter, sizeof letter, "-%c, ", row->letter);
    snprintf(text, room, "%s--%s%s%s", row->letter ? letter : indent, row->name,
             row->argument ? " " : "", row->argument ? row->argument : "");
}

/* Text in a column that begins at `indent`, where the cursor stands, and ends at WIDTH. */
static void put_wrapped(const char *text, int indent, FILE *to)
{
    int column = indent;
    while (*text) {
        int len = (int)strcspn(text, " ");
        bool first = column == indent;
        if (!first && column + 1 + len > WIDTH) {
            fprintf(to, "\n%*s", indent, "");
            column = indent;
            first = true;
        }
        fprintf(to, "%s%.*s", first ? "" : " ", len, text);
        column += len + !first;
        text += len;
        text += *text == ' ';
    }
    fputc('\n', to);
}

void rt_opt_help(enum rt_command_number number, FILE *to)
{
    const struct rt_command *command = &rt_commands[number];
    fprintf(to, "usage: ");
    show_usage(command, "\n", to);
    fprintf(to, "\n%s.\n", command->summary);
    if (*command->text)
        fprintf(to, "\n%s\n", command->text);
    fprintf(to, "\nOptions:\n");
    for (size_t i = 0; i < rt_opt_row_count; i++) {
        if (!rt_opt_knows(number, &rt_opt_rows[i]))
            continue;
        char option[64];
        spell(&rt_opt_rows[i], option, sizeof option, "    ");
        fprintf(to, "  %-*s ", INDENT - 3, option);
        put_wrapped(rt_opt_rows[i].text, INDENT, to);
    }
}

/* "|" would part the cells of a table. */
static void put_cell(const char *text, FILE *to)
{
    for (; *text; text++) {
        if (*text == '|')
            fputc('\\', to);
        fputc(*text, to);
    }
}

static void markdown_command(enum rt_command_number number, FILE *to)
{
    const struct rt_command *command = &rt_commands[number];
    fprintf(to, "\n## riptide %s\n\n%s.\n\n```\n", command->name, command->summary);
    show_usage(command, "\n```\n", to);
    if (*command->text)
        fprintf(to, "\n%s\n", command->text);
    fprintf(to, "\n| option | meaning |\n| --- | --- |\n");
    for (size_t i = 0; i < rt_opt_row_count; i++) {
        const struct rt_opt_row *row = &rt_opt_rows[i];
        if (!rt_opt_knows(number, row))
            continue;
        char option[64];
        spell(row, option, sizeof option, "");
        fprintf(to, "| `");
        put_cell(option, to);
        fprintf(to, "` | ");
        put_cell(row->text, to);
        fprintf(to, " |\n");
    }
}

static void markdown_exit_codes(FILE *to)
{
    fprintf(to, "\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n");
    for (size_t i = 0; i < rt_exit_row_count; i++)
        fprintf(to, "| %d | %s |\n", rt_exit_rows[i].code, rt_exit_rows[i].text);
    fprintf(to, "\nOne page that fails (`riptide extract`) or an engine that does not start gives "
                "the code of its "
                "outcome:\n\n| code | outcomes |\n| --- | --- |\n");
    for (int code = 2; code <= 125; code++) {
        bool any = false;
        for (rt_status s = RT_OK; strcmp(rt_status_label(s), "unknown") != 0; s++) {
            if (rt_status_exit_code(s) != code)
                continue;
            if (!any)
                fprintf(to, "| %d | ", code);
            fprintf(to, "%s`%s`", any ? ", " : "", rt_status_label(s));
            any = true;
        }
        if (any)
            fprintf(to, " |\n");
    }
    fprintf(to, "\n[errors.md](errors.md) says what each outcome means.\n");
}

void rt_opt_markdown(FILE *to)
{
    fprintf(to, "# The command line\n\n"
                "<!-- Made from cli/*.def by `make docs`; do not edit. -->\n\n"
                "Data goes to standard output, everything else to standard error.\n"
                "Every command takes `--help`.\n");
    for (enum rt_command_number i = 0; i < RT_COMMAND_COUNT; i++)
        markdown_command(i, to);
    markdown_exit_codes(to);
}
