/* riptide completion: scripts for bash, zsh and fish from the tables of the command line.  They
 * hold all words themselves: completing never runs the program. */
#include "cli.h"
#include "opt_table.h"

#include <ctype.h>
#include <string.h>

/* ---- what may stand where the help names an argument ----------------------------------------- */

enum fit { FIT_NOTHING, FIT_FILES, FIT_WORDS, FIT_SETTINGS };

static const char modes[] =
#define RT_MODE(NAME, label, share, text) "|" label
#include "tables/modes.def"
#undef RT_MODE
    ;
static const char commands[] =
#define RT_COMMAND(NAME, name, ...) "|" #name
#include "commands.def"
#undef RT_COMMAND
    ;

/* The words that fit, parted by "|", or NULL. */
static const char *words_of(const char *argument)
{
    if (strcmp(argument, "MODE") == 0)
        return modes + 1;
    if (strcmp(argument, "[COMMAND]") == 0)
        return commands + 1;
    return strchr(argument, '|') && islower((unsigned char)argument[0]) ? argument : NULL;
}

static enum fit fit_of(const char *argument)
{
    if (!argument)
        return FIT_NOTHING;
    if (strcmp(argument, "NAME=VALUE") == 0)
        return FIT_SETTINGS;
    if (words_of(argument))
        return FIT_WORDS;
    static const char *const files[] = { "FILE", "LIST", "PAGE", "COMPONENT" };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strstr(argument, files[i]))
            return FIT_FILES;
    return FIT_NOTHING;
}

static void put_words(const char *argument)
{
    for (const char *c = words_of(argument); *c; c++)
        putchar(*c == '|' ? ' ' : *c);
}

static bool put_settings(const char *before, const char *behind)
{
    rt_error err;
    rt_settings *settings = NULL;
    if (rt_settings_new(&settings, &err) != RT_OK)
        return false;
    rt_setting row;
    for (size_t i = 0; rt_settings_at(settings, i, &row); i++)
        printf("%s%s%s", before, row.name, behind);
    rt_settings_free(settings);
    return true;
}

/* Text between single quotes; `escaped` gets a backslash, too. */
static void put_quoted(const char *text, const char *quote, const char *escaped)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs(quote, stdout);
        else
            printf("%s%c", strchr(escaped, *text) ? "\\" : "", *text);
    }
}

/* ---- bash ------------------------------------------------------------------------------------ */

/* "--url|-u" or "--url -u ". */
static void put_spellings(const struct rt_opt_row *row, const char *between, const char *behind)
{
    printf("--%s", row->name);
    if (row->letter)
        printf("%s-%c", between, row->letter);
    printf("%s", behind);
}

static void bash_choose(const char *argument)
{
    switch (fit_of(argument)) {
    case FIT_NOTHING: printf(":"); break;
    case FIT_FILES: printf("_riptide_files"); break;
    case FIT_SETTINGS: printf("_riptide_settings"); break;
    case FIT_WORDS:
        printf("_riptide_words '");
        put_words(argument);
        printf("'");
        break;
    }
    printf(" ;;\n");
}

static void bash_command(enum rt_command_number number)
{
    printf("    %s)\n        case $prev in\n", rt_commands[number].name);
    for (size_t i = 0; i < rt_opt_row_count; i++) {
        const struct rt_opt_row *row = &rt_opt_rows[i];
        if (row->kind == RT_OPT_FLAG || !rt_opt_knows(number, row))
            continue;
        printf("        ");
        put_spellings(row, " | ", ") ");
        bash_choose(row->argument);
    }
    printf("        *)\n            case $cur in\n            -*) _riptide_words '");
    for (size_t i = 0; i < rt_opt_row_count; i++)
        if (rt_opt_knows(number, &rt_opt_rows[i]))
            put_spellings(&rt_opt_rows[i], " ", " ");
    printf("' ;;\n            *) ");
    bash_choose(rt_commands[number].arguments);
    printf("            esac\n            ;;\n        esac\n        ;;\n");
}

static bool bash_script(void)
{
    printf("# bash completion of riptide, made by `riptide completion bash`\n\n"
           "_riptide_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\"); }\n"
           "_riptide_files() {\n"
           "    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
           "    compopt -o filenames 2>/dev/null\n"
           "}\n"
           "_riptide_settings() {\n"
           "    compopt -o nospace 2>/dev/null\n"
           "    _riptide_words '");
    if (!put_settings("", "= "))
        return false;
    printf("'\n}\n\n"
           "_riptide() {\n"
           "    COMPREPLY=()\n"
           "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
           "    # \"=\" parts words: --format=md is three of them.\n"
           "    if [[ $cur == = ]]; then\n"
           "        cur=\n"
           "    elif [[ $prev == = ]] && ((COMP_CWORD > 2)); then\n"
           "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
           "    fi\n"
           "    if ((COMP_CWORD == 1)); then\n"
           "        _riptide_words '");
    put_words("[COMMAND]");
    printf(" --help --version'\n        return\n    fi\n    case ${COMP_WORDS[1]} in\n");
    for (enum rt_command_number i = 0; i < RT_COMMAND_COUNT; i++)
        bash_command(i);
    printf("    esac\n}\ncomplete -F _riptide riptide\n");
    return true;
}

/* ---- zsh ------------------------------------------------------------------------------------- */

static void zsh_choose(const char *argument)
{
    switch (fit_of(argument)) {
    case FIT_NOTHING: printf(" "); break;
    case FIT_FILES: printf("_files"); break;
    case FIT_SETTINGS: printf("_riptide_settings"); break;
    case FIT_WORDS:
        printf("(");
        put_words(argument);
        printf(")");
        break;
    }
}

/* '(-u --url)'{-u+,--url=}'[text]:URL:action' */
static void zsh_option(const struct rt_opt_row *row)
{
    bool has_value = row->kind != RT_OPT_FLAG;
    printf("            ");
    if (row->kind == RT_OPT_MANY)
        printf("'*'");
    else if (row->letter)
        printf("'(-%c --%s)'", row->letter, row->name);
    if (row->letter)
        printf("{-%c%s,--%s%s}", row->letter, has_value ? "+" : "", row->name,
               has_value ? "=" : "");
    else
        printf("--%s%s", row->name, has_value ? "=" : "");
    printf("'[");
    put_quoted(row->text, "'\\''", "[]:\\");
    printf("]");
    if (has_value) {
        printf(":");
        put_quoted(row->argument, "'\\''", ":\\");
        printf(":");
        zsh_choose(row->argument);
    }
    printf("' \\\n");
}

static void zsh_command(enum rt_command_number number)
{
    const struct rt_command *command = &rt_commands[number];
    printf("        %s)\n            _arguments -s -S \\\n", command->name);
    for (size_t i = 0; i < rt_opt_row_count; i++)
        if (rt_opt_knows(number, &rt_opt_rows[i]))
            zsh_option(&rt_opt_rows[i]);
    if (command->most > 0) {
        printf("            '%s:", command->most > 1 ? "*" : ":");
        put_quoted(command->arguments, "'\\''", ":\\");
        printf(":");
        zsh_choose(command->arguments);
        printf("'\n");
    }
    printf("            ;;\n");
}

static bool zsh_script(void)
{
    printf("#compdef riptide\n"
           "# zsh completion of riptide, made by `riptide completion zsh`\n\n"
           "_riptide_settings() {\n    compadd \"$@\" -S '' --");
    if (!put_settings(" ", "="))
        return false;
    printf("\n}\n\n_riptide() {\n"
           "    local curcontext=$curcontext state line\n"
           "    typeset -A opt_args\n"
           "    local -a commands=(\n");
    for (enum rt_command_number i = 0; i < RT_COMMAND_COUNT; i++) {
        printf("        '%s:", rt_commands[i].name);
        put_quoted(rt_commands[i].summary, "'\\''", ":\\");
        printf("'\n");
    }
    printf("    )\n"
           "    _arguments -C \\\n"
           "        '(- *)'{-h,--help}'[Show the commands]' \\\n"
           "        '(- *)--version[Show the version]' \\\n"
           "        '1:command:->command' \\\n"
           "        '*::argument:->argument'\n"
           "    case $state in\n"
           "    command) _describe command commands ;;\n"
           "    argument)\n"
           "        case $words[1] in\n");
    for (enum rt_command_number i = 0; i < RT_COMMAND_COUNT; i++)
        zsh_command(i);
    printf("        esac\n        ;;\n    esac\n}\n\n"
           "# Found in $fpath it is the function itself; read by `source` it has to be bound.\n"
           "if [[ $funcstack[1] == _riptide ]]; then\n    _riptide \"$@\"\n"
           "else\n    compdef _riptide riptide\nfi\n");
    return true;
}

/* ---- fish ------------------------------------------------------------------------------------ */

static void fish_choose(const char *argument)
{
    switch (fit_of(argument)) {
    case FIT_NOTHING: printf(" -f"); break;
    case FIT_FILES: printf(" -F"); break;
    case FIT_SETTINGS: printf(" -f -a '(__riptide_settings)'"); break;
    case FIT_WORDS:
        printf(" -f -a '");
        put_words(argument);
        printf("'");
        break;
    }
}

static void fish_command(enum rt_command_number number)
{
    const struct rt_command *command = &rt_commands[number];
    printf("\ncomplete -c riptide -n __riptide_begins -f -a %s -d '", command->name);
    put_quoted(command->summary, "\\'", "\\");
    printf("'\ncomplete -c riptide -n '__riptide_is %s'", command->name);
    fish_choose(command->arguments);
    putchar('\n');
    for (size_t i = 0; i < rt_opt_row_count; i++) {
        const struct rt_opt_row *row = &rt_opt_rows[i];
        if (!rt_opt_knows(number, row))
            continue;
        printf("complete -c riptide -n '__riptide_is %s' -l %s", command->name, row->name);
        if (row->letter)
            printf(" -s %c", row->letter);
        if (row->kind != RT_OPT_FLAG) {
            printf(" -r");
            fish_choose(row->argument);
        }
        printf(" -d '");
        put_quoted(row->text, "\\'", "\\");
        printf("'\n");
    }
}

static bool fish_script(void)
{
    printf("# fish completion of riptide, made by `riptide completion fish`\n\n"
           "function __riptide_settings\n    printf '%%s\\n'");
    if (!put_settings(" ", "="))
        return false;
    printf("\nend\n"
           "function __riptide_begins\n"
           "    test (count (commandline -opc)) -eq 1\n"
           "end\n"
           "function __riptide_is\n"
           "    set -l words (commandline -opc)\n"
           "    test (count $words) -ge 2; and test $words[2] = $argv[1]\n"
           "end\n\n"
           "complete -c riptide -n __riptide_begins -f -s h -l help -d 'Show the commands'\n"
           "complete -c riptide -n __riptide_begins -f -l version -d 'Show the version'\n");
    for (enum rt_command_number i = 0; i < RT_COMMAND_COUNT; i++)
        fish_command(i);
    return true;
}

int rt_cmd_completion(const struct rt_options *options)
{
    static const struct {
        const char *name;
        bool (*print)(void);
    } shells[] = { { "bash", bash_script }, { "zsh", zsh_script }, { "fish", fish_script } };
    const char *shell = options->args.len ? options->args.at[0] : "";
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (strcmp(shells[i].name, shell) == 0)
            return shells[i].print() ? RT_EXIT_OK : rt_status_exit_code(RT_NO_MEMORY);
    fprintf(stderr, "riptide completion: shell '%s': expected bash, zsh or fish\n", shell);
    return RT_EXIT_USAGE;
}
