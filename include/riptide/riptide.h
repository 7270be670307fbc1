/* riptide.h - the whole public interface of libriptide: HTML in, content out, in a sandbox.
 *
 *     rt_engine *engine;
 *     rt_result *page;
 *     rt_error err;
 *     if (rt_engine_open(NULL, &engine, &err) != RT_OK)
 *         ...                                        err.message says why
 *     rt_request req = RT_REQUEST_INIT;
 *     req.html = (rt_str){ bytes, size };
 *     req.url = (rt_str){ "https://example.org/", 20 };
 *     if (rt_extract(engine, &req, &page, &err) == RT_OK) {
 *         const rt_content *c = rt_result_content(page);
 *         fwrite(c->markdown.at, 1, c->markdown.len, stdout);
 *         rt_result_free(page);
 *     }
 *     rt_engine_close(engine);
 *
 * Ownership.  (borrowed) belongs to someone else and must outlive the call, or lives as long as the
 * object it was asked of.  (owned) is yours: give it to the free function that is named.
 * Threads.  A const handle may be used by any number of threads at once.  An rt_engine may be used
 * by any number of threads; everything else belongs to one thread at a time.  A component needs
 * 2.5 MiB of stack: a call from a thread with less is run on a thread made for it, which costs some
 * 50 microseconds; the rest of the library needs 256 KiB.
 * Signals.  The first engine of a process sets handlers for SIGSEGV, SIGBUS, SIGILL and SIGFPE, for
 * components that trap, and passes on what is not theirs to those set before.  A program must leave
 * these signals unblocked in threads that call, and handlers that it sets later must do the same.
 * Errors.  Every call that can fail returns an rt_status and, where err is not NULL, fills *err on
 * failure only.  Outputs are left alone on failure.  NULL where an object is needed, and a text with
 * a length but no bytes, are RT_INVALID_ARGUMENT; functions without a status then answer NULL or
 * false.  The library never prints, exits or aborts. */
#ifndef RIPTIDE_RIPTIDE_H
#define RIPTIDE_RIPTIDE_H

#include <riptide/content.h>
#include <riptide/version.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define RT_API __attribute__((visibility("default")))
#else
#define RT_API
#endif

/* ---- outcomes ------------------------------------------------------------------------------ */

/* One value an outcome; docs/errors.md lists them.  Numbers never change. */
typedef enum rt_status {
    RT_OK,
    RT_INVALID_ARGUMENT,
    RT_INVALID_SETTING,
    RT_INVALID_INPUT,
    RT_TOO_LARGE,
    RT_INVALID_ENCODING,
    RT_INVALID_HTML,
    RT_NETWORK_ERROR,
    RT_PARSE_ERROR,
    RT_RESOURCE_LIMIT,
    RT_EXTRACTOR_ERROR,
    RT_INTERNAL_ERROR,
    RT_UNSUPPORTED_MODE,
    RT_TIMEOUT,
    RT_OUT_OF_FUEL,
    RT_TRAP,
    RT_INVALID_OUTPUT,
    RT_INSTANTIATION,
    RT_INVALID_COMPONENT,
    RT_POOL_EXHAUSTED,
    RT_NO_MEMORY,
    RT_IO_ERROR
} rt_status;

/* What went wrong, for people: one line that says what was given and what was expected.  Of fixed
 * size, so that reporting "out of memory" never allocates. */
typedef struct rt_error {
    rt_status status;
    char message[496];
} rt_error;

/* (borrowed, static) "out_of_fuel": for machines.  "unknown" for a number that is no status. */
RT_API const char *rt_status_label(rt_status status);
/* (borrowed, static) "the page used up its instruction budget": for people. */
RT_API const char *rt_status_text(rt_status status);
/* The HTTP status and the exit code (at most 125) that fit the outcome. */
RT_API int rt_status_http(rt_status status);
RT_API int rt_status_exit_code(rt_status status);
/* The same request may succeed later. */
RT_API bool rt_status_is_retryable(rt_status status);

/* (borrowed, static) "0.1.0": of the library that runs, RT_VERSION is of the header. */
RT_API const char *rt_version(void);

/* ---- settings ------------------------------------------------------------------------------ */

/* Every setting by its name, as docs/configuration.md lists them. */
typedef struct rt_settings rt_settings;

typedef struct rt_setting {
    const char *name;     /* "RIPTIDE_WASM_TIMEOUT_SECS" */
    const char *value;    /* in force, as text */
    const char *fallback; /* the default, as text */
    const char *expected; /* "a whole number from 1 to 600" */
    const char *unit;     /* "s", or "" */
    const char *help;     /* one sentence */
    const char *source;   /* "default", "environment" or "caller" */
} rt_setting;

/* The defaults.  out (owned): free it with rt_settings_free().  Fails with RT_NO_MEMORY only. */
RT_API rt_status rt_settings_new(rt_settings **out, rt_error *err);
/* NULL is allowed and does nothing. */
RT_API void rt_settings_free(rt_settings *settings);
/* Takes the variables that are set in the process's environment, over what was set before.
 * RT_INVALID_SETTING names the variable, the value and what was expected; those that stand before
 * it in the table are then taken. */
RT_API rt_status rt_settings_load_env(rt_settings *settings, rt_error *err);
/* name and value are copied.  RT_INVALID_SETTING for an unknown name or a value out of range,
 * which changes nothing. */
RT_API rt_status rt_settings_set(rt_settings *settings, const char *name, const char *value,
                                 rt_error *err);
/* Row i of all settings, in the order of the documentation; false past the last one.  The strings
 * are (borrowed) until the settings change. */
RT_API bool rt_settings_at(const rt_settings *settings, size_t i, rt_setting *out);

/* ---- engine -------------------------------------------------------------------------------- */

/* A loaded component, ready to run: limits, compiled code and ticker.  Safe to share between
 * threads.  Belongs to the process that opened it: in the child of a fork() every call answers
 * RT_INVALID_ARGUMENT, and closing it does nothing; open another one there. */
typedef struct rt_engine rt_engine;

/* Loads, checks and compiles the component, or takes it from the cache.
 * settings  (borrowed) may be NULL: the defaults.  Not read after the call.
 * out       (owned) close it with rt_engine_close(). */
RT_API rt_status rt_engine_open(const rt_settings *settings, rt_engine **out, rt_error *err);
/* No call may be running on it.  NULL is allowed and does nothing. */
RT_API void rt_engine_close(rt_engine *engine);

/* How the engine came to be.  Grows only at the end. */
typedef struct rt_engine_info {
    const char *component;     /* (borrowed) its path, or "embedded" or "embedded-nosimd" */
    size_t component_bytes;
    bool cache_hit;            /* compiled code came from the cache */
    bool pooling;              /* false: memory is mapped on demand */
    uint64_t load_ns;          /* compiling or loading */
    const char *warning;       /* (borrowed) what did not go as wished, or "" */
} rt_engine_info;
/* (borrowed) lives as long as the engine. */
RT_API const rt_engine_info *rt_engine_get_info(const rt_engine *engine);

/* Text that the caller owns; NUL-terminated for convenience.  Free it with rt_text_free(). */
typedef struct rt_text {
    char *at;
    size_t len;
} rt_text;
/* Leaves it zeroed.  NULL and a zeroed text are allowed. */
RT_API void rt_text_free(rt_text *text);

/* Asks the component one of its functions without parameters: "health-check", "get-info",
 * "get-modes" or "reset-state".  out (owned): the answer as JSON, names in snake case. */
RT_API rt_status rt_engine_query(rt_engine *engine, const char *function, rt_text *out,
                                 rt_error *err);

/* Compares a component with the interface.
 * path    (borrowed) of the component; NULL: the one that the settings name
 * report  (owned) a line for each error and warning, filled on RT_OK and RT_INVALID_COMPONENT */
RT_API rt_status rt_check_component(const rt_settings *settings, const char *path, rt_text *report,
                                    rt_error *err);

/* ---- extraction ---------------------------------------------------------------------------- */

typedef enum rt_mode {
    RT_MODE_ARTICLE,
    RT_MODE_FULL,
    RT_MODE_METADATA,
    RT_MODE_CUSTOM
} rt_mode;

/* By name: "article", "full", "metadata", "custom".  RT_UNSUPPORTED_MODE for any other. */
RT_API rt_status rt_mode_parse(rt_str name, rt_mode *out, rt_error *err);

typedef enum rt_extractor {
    RT_EXTRACTOR_COMPONENT, /* in the sandbox */
    RT_EXTRACTOR_NATIVE     /* the same core in this process, without limits: for comparison only */
} rt_extractor;

/* What to extract.  Everything it points to is (borrowed) until the call returns.  Members are only
 * added at the end: a caller who was built with a shorter struct gets the defaults for the rest, one
 * with a longer struct is understood as long as what is new is left zero. */
typedef struct rt_request {
    size_t size;            /* set by RT_REQUEST_INIT; lets the struct grow */
    rt_str html;            /* UTF-8, see rt_decode() */
    rt_str url;             /* of the page: http or https */
    rt_mode mode;
    rt_extractor extractor;
    rt_str_list selectors;  /* CSS, for RT_MODE_CUSTOM */
} rt_request;
#define RT_REQUEST_INIT                                                                            \
    { sizeof(rt_request), { NULL, 0 }, { NULL, 0 }, RT_MODE_ARTICLE, RT_EXTRACTOR_COMPONENT,       \
      { NULL, 0 } }

typedef struct rt_result rt_result;

/* What the call cost.  Grows only at the end.  Times in nanoseconds, memory in bytes. */
typedef struct rt_stats {
    uint64_t wait_ns;        /* for a free instance */
    uint64_t instantiate_ns; /* store and instance */
    uint64_t lower_ns;       /* request into component values */
    uint64_t call_ns;        /* inside the component, copies in and out of its memory included */
    uint64_t lift_ns;        /* component values into the result */
    uint64_t drop_ns;        /* giving the instance back */
    uint64_t fuel_used;      /* of the call's instruction budget; 0 natively */
    uint64_t memory_peak;    /* linear memory at the end of the call, which only grows in it, as the
                                component tells it; 0 if not told; natively what the page took */
    uint32_t nodes;          /* of the parsed page; 0 if not told */
} rt_stats;

/* Extracts one page.  Blocks until it is done, at most the engine's time limit plus the time limit
 * for a free instance.
 * engine  NULL is allowed for RT_EXTRACTOR_NATIVE: the default rules for input
 * out     (owned) free it with rt_result_free(); does not need the engine any more
 * RT_INVALID_INPUT, RT_TOO_LARGE and RT_INVALID_ENCODING are told before the component runs, and so
 * is RT_RESOURCE_LIMIT where the page alone does not fit into the memory. */
RT_API rt_status rt_extract(rt_engine *engine, const rt_request *request, rt_result **out,
                            rt_error *err);
/* Frees the content, too.  NULL is allowed and does nothing. */
RT_API void rt_result_free(rt_result *result);
/* (borrowed) live as long as the result. */
RT_API const rt_content *rt_result_content(const rt_result *result);
RT_API const rt_stats *rt_result_stats(const rt_result *result);

/* One JSON object on one line, without a line end; all fields in the order of rt_content, absent
 * ones as null.  id: its first member, left out when absent.  out (owned). */
RT_API rt_status rt_result_json(const rt_result *result, rt_str id, rt_text *out, rt_error *err);
/* {"id": ..., "url": ..., "error": {"code", "message"}} in the same form.  out (owned). */
RT_API rt_status rt_error_json(const rt_error *error, rt_str id, rt_str url, rt_text *out,
                               rt_error *err);

/* Turns a page's bytes into UTF-8 as browsers do: byte order mark, then charset, then the page's
 * own <meta>, then detection.  Bytes that do not decode become U+FFFD.
 * charset  from the Content-Type header, or absent
 * out      (owned) */
RT_API rt_status rt_decode(rt_str bytes, rt_str charset, rt_text *out, rt_error *err);

#ifdef __cplusplus
}
#endif

#endif
