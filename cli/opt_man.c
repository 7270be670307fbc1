/* riptide(1) from the tables of the command line. */
#include "opt.h"
#include "opt_table.h"
#include "roff.h"

#include <riptide/riptide.h>
#include <string.h>

static void print_usage(const struct rt_command *command)
{
    rt_roff_bold("riptide ");
    rt_roff_bold(command->name);
    printf(" [\\fIOPTION\\fP...]");
    if (*command->arguments) {
        putchar(' ');
        rt_roff_italic(command->arguments);
    }
    putchar('\n');
}

static void print_option(const struct rt_opt_row *row)
{
    printf(".TP\n");
    if (row->letter) {
        char letter[3] = { '-', row->letter, '\0' };
        rt_roff_bold(letter);
        printf(", ");
    }
    char name[64];
    snprintf(name, sizeof name, "--%s", row->name);
    rt_roff_bold(name);
    if (row->argument) {
        putchar(' ');
        rt_roff_italic(row->argument);
    }
    putchar('\n');
    rt_roff_prose(row->text);
}

/* What every command takes has a section of its own. */
static bool is_common(const struct rt_opt_row *row)
{
    unsigned others = row->commands | 1u << RT_COMMAND_HELP | 1u << RT_COMMAND_COMPLETION;
    return others == (1u << RT_COMMAND_COUNT) - 1;
}

static void print_command(enum rt_command_number number)
{
    const struct rt_command *command = &rt_commands[number];
    char title[64];
    snprintf(title, sizeof title, "riptide %s", command->name);
    rt_roff_subsection(title);
    print_usage(command);
    rt_roff_gap();
    char summary[128];
    snprintf(summary, sizeof summary, "%s.", command->summary);
    rt_roff_prose(summary);
    if (*command->text) {
        rt_roff_gap();
        rt_roff_prose(command->text);
    }
    for (size_t i = 0; i < rt_opt_row_count; i++)
        if (rt_opt_knows(number, &rt_opt_rows[i]) && !is_common(&rt_opt_rows[i]))
            print_option(&rt_opt_rows[i]);
}

static void print_outcomes(int code)
{
    const char *parting = "";
    for (rt_status s = RT_OK; strcmp(rt_status_label(s), "unknown") != 0; s++) {
        if (rt_status_exit_code(s) != code)
            continue;
        printf("%s", parting);
        rt_roff_bold(rt_status_label(s));
        parting = ",\n";
    }
    if (*parting)
        putchar('\n');
}

/* A code may stand for an outcome of one page, for something of its own, or both. */
static void print_exit_codes(void)
{
    for (int code = 0; code <= 130; code++) {
        const char *own = NULL;
        for (size_t i = 0; i < rt_exit_row_count; i++)
            if (rt_exit_rows[i].code == code)
                own = rt_exit_rows[i].text;
        bool outcome = false;
        for (rt_status s = RT_OK + 1; strcmp(rt_status_label(s), "unknown") != 0; s++)
            outcome |= rt_status_exit_code(s) == code;
        if (!own && !outcome)
            continue;
        char number[8];
        snprintf(number, sizeof number, "%d", code);
        rt_roff_tag(number, NULL);
        if (own)
            rt_roff_prose(own);
        if (own && outcome)
            printf(".br\n");
        if (outcome)
            print_outcomes(code);
    }
}

static const struct entry {
    const char *name, *text;
} variables[] = {
    { "RIPTIDE_*", "Every setting may be given as a variable: see `riptide.toml`(5)." },
    { "RIPTIDE_CONFIG", "A file of settings, instead of those below." },
    { "XDG_CONFIG_HOME, HOME", "Where the user's configuration and cache are." },
    { "XDG_CACHE_HOME", "Compiled components are kept in `riptide` in there, unless "
                        "`RIPTIDE_WASM_CACHE_DIR` says otherwise." },
    { "OTEL_EXPORTER_OTLP_ENDPOINT",
      "Spans are sent to this collector; the other `OTEL_*` variables hold, too." },
}, files[] = {
    { "/etc/riptide/riptide.toml", "Settings of the system." },
    { "~/.config/riptide/riptide.toml", "Settings of the user, which go before them." },
    { "~/.cache/riptide", "Components, compiled." },
};

static void print_entries(const char *title, const struct entry *entries, size_t count)
{
    rt_roff_section(title);
    for (size_t i = 0; i < count; i++) {
        rt_roff_tag(entries[i].name, NULL);
        rt_roff_prose(entries[i].text);
    }
}

void rt_opt_man(void)
{
    rt_roff_title("RIPTIDE", 1, "User Commands", "riptide",
                  "extract the content of web pages in a sandbox");
    rt_roff_section("SYNOPSIS");
    printf("\\fBriptide\\fP \\fICOMMAND\\fP [\\fIOPTION\\fP...] [\\fIARGUMENT\\fP...]\n");
    rt_roff_section("DESCRIPTION");
    rt_roff_prose("RipTide takes the HTML of a web page and gives its content: Markdown, text, "
                  "title, people, dates,\n"
                  "links and more.  Each page is extracted in a sandbox of its own, under limits "
                  "on time, memory\nand instructions.");
    rt_roff_gap();
    rt_roff_prose("Data goes to standard output, everything else to standard error.");
    rt_roff_section("COMMANDS");
    for (enum rt_command_number i = 0; i < RT_COMMAND_COUNT; i++)
        print_command(i);
    rt_roff_section("COMMON OPTIONS");
    for (size_t i = 0; i < rt_opt_row_count; i++)
        if (is_common(&rt_opt_rows[i]))
            print_option(&rt_opt_rows[i]);
    rt_roff_section("EXIT STATUS");
    rt_roff_prose("One page that fails, or an engine that does not start, gives the code of its "
                  "outcome, whose\nlabels stand here in bold.");
    print_exit_codes();
    print_entries("ENVIRONMENT", variables, sizeof variables / sizeof *variables);
    print_entries("FILES", files, sizeof files / sizeof *files);
    rt_roff_section("EXAMPLES");
    rt_roff_prose("A page as Markdown:");
    rt_roff_gap();
    rt_roff_example("curl -sL https://example.org/ | riptide extract -u https://example.org/");
    rt_roff_gap();
    rt_roff_prose("Many pages, one line of JSON each:");
    rt_roff_gap();
    rt_roff_example("riptide batch --output pages.ndjson --resume pages/*.html");
    rt_roff_section("SEE ALSO");
    printf("\\fBriptide.toml\\fP(5)\n");
}
