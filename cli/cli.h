/* What the commands of `riptide` share: exit codes, messages, settings and the engine. */
#ifndef RT_CLI_CLI_H
#define RT_CLI_CLI_H

#include "opt.h"

#include "base/alloc.h"

#include <riptide/riptide.h>

enum rt_exit {
#define RT_EXIT(NAME, code, text) RT_EXIT_##NAME = code,
#include "exit_codes.def"
#undef RT_EXIT
};

/* The address of a page that comes without one: it names no host (RFC 2606). */
#define RT_CLI_NO_URL "https://example.invalid/"

/* The heap, through its one door: NULL for p makes, 0 for size frees. */
static inline void *rt_cli_heap(void *p, size_t size)
{
    return rt_alloc_resize(&rt_alloc_heap, p, size);
}

/* Says on standard error "riptide COMMAND: MESSAGE"; returns the exit code that fits err. */
int rt_cli_fail(const struct rt_options *options, const rt_error *err);

/* Files, environment, --component and --set, see docs/configuration.md.  *out (owned):
 * rt_settings_free(). */
rt_status rt_cli_settings(const struct rt_options *options, rt_settings **out, rt_error *err);
/* The value in force as text, (borrowed) from the settings; NULL for a name that is none. */
const char *rt_cli_setting(const rt_settings *settings, const char *name);
/* It has that value; for "true" and "false" in either spelling. */
bool rt_cli_setting_is(const rt_settings *settings, const char *name, const char *value);
/* The value in force of a setting that is a number, or `otherwise` where there is none. */
size_t rt_cli_setting_number(const rt_settings *settings, const char *name, size_t otherwise);

/* Mode and selectors of the command line into *request.  storage holds options->selectors.len
 * slices and outlives the request. */
rt_status rt_cli_request(const struct rt_options *options, rt_str *storage, rt_request *request,
                         rt_error *err);

/* The commands: exit codes. */
int rt_cmd_extract(const struct rt_options *options);
int rt_cmd_batch(const struct rt_options *options);
int rt_cmd_check(const struct rt_options *options);
int rt_cmd_version(const struct rt_options *options);
int rt_cmd_doctor(const struct rt_options *options);
int rt_cmd_bench(const struct rt_options *options);
int rt_cmd_calibrate(const struct rt_options *options);
int rt_cmd_serve(const struct rt_options *options);
int rt_cmd_completion(const struct rt_options *options);
int rt_cmd_help(const struct rt_options *options);

#endif
