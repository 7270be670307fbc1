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
    RT_IO_ERROR,
    RT_CANCELLED,
    RT_BREAKER_IS_OPEN,
    RT_FALLBACK_FAILED
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
    const char *source;   /* "default", "file", "environment" or "caller" */
    const char *group;    /* the title of its section in the documentation: "Pool" */
    const char *where;    /* in the source: "/etc/riptide/riptide.toml:12" for a file, else "" */
} rt_setting;

/* The defaults.  out (owned): free it with rt_settings_free().  Fails with RT_NO_MEMORY only. */
RT_API rt_status rt_settings_new(rt_settings **out, rt_error *err);
/* NULL is allowed and does nothing. */
RT_API void rt_settings_free(rt_settings *settings);
/* Of several sources the higher wins, in whatever order they are read: default, file, environment,
 * caller; of two files the later.  A default that is larger than another setting allows gives way to
 * it; two given values that contradict each other are refused by rt_engine_open(), and by
 * rt_settings_check() before. */

/* Reads a TOML file with one NAME = VALUE a line; docs/configuration.md says more.  RT_IO_ERROR
 * names the file, RT_INVALID_SETTING file, line, what stands there and what was expected; nothing of
 * the file is then taken. */
RT_API rt_status rt_settings_load_file(rt_settings *settings, const char *path, rt_error *err);
/* Takes the variables that are set in the process's environment.  RT_INVALID_SETTING names the
 * variable, the value and what was expected; those that stand before it in the table are then
 * taken. */
RT_API rt_status rt_settings_load_env(rt_settings *settings, rt_error *err);
/* name and value are copied.  RT_INVALID_SETTING for an unknown name or a value out of range,
 * which changes nothing. */
RT_API rt_status rt_settings_set(rt_settings *settings, const char *name, const char *value,
                                 rt_error *err);
/* Row i of all settings, in the order of the documentation; false past the last one.  The strings
 * are (borrowed) until the settings change. */
RT_API bool rt_settings_at(const rt_settings *settings, size_t i, rt_setting *out);

/* What holds between settings, without opening an engine.  RT_INVALID_SETTING names both, their values
 * and what was expected.  settings  may be NULL: the defaults. */
RT_API rt_status rt_settings_check(const rt_settings *settings, rt_error *err);

/* ---- engine -------------------------------------------------------------------------------- */

/* A loaded component, ready to run: limits, compiled code, pool, breaker and their threads.  Safe to
 * share between threads.  In the child of a fork() the first call on it notices and starts it anew
 * there, with the same settings; what the parent's threads held is left behind in the child. */
typedef struct rt_engine rt_engine;

/* Loads, checks and compiles the component, or takes it from the cache.  Of one that is not embedded an
 * instance is made: RT_INSTANTIATION where that needs more than the limits allow.
 * settings  (borrowed) may be NULL: the defaults.  Not read after the call.
 * out       (owned) close it with rt_engine_close(). */
RT_API rt_status rt_engine_open(const rt_settings *settings, rt_engine **out, rt_error *err);
/* No call may be running on it, but by observers, which are told first what waits for them.  NULL is
 * allowed and does nothing. */
RT_API void rt_engine_close(rt_engine *engine);

/* How the engine came to be.  Grows only at the end. */
typedef struct rt_engine_info {
    const char *component;     /* (borrowed) its path, or "embedded" or "embedded-nosimd" */
    size_t component_bytes;
    bool cache_hit;            /* compiled code came from the cache */
    bool pooling;              /* false: memory is mapped on demand */
    uint64_t load_ns;          /* compiling or loading */
    const char *warning;       /* (borrowed) what did not go as wished, or "" */
    uint64_t open_ns;          /* rt_engine_open() in all */
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

/* How the engine does now.  Grows only at the end. */
typedef struct rt_engine_health {
    const char *breaker;      /* (borrowed, static) "closed", "open" or "half_open" */
    const char *pressure;     /* (borrowed, static) of memory: "low", "medium", "high", "critical" */
    uint32_t pool_limit;      /* calls that may run at once */
    uint32_t active, waiting; /* calls that run, and that wait for their turn */
    uint32_t hot, warm;       /* idle slots: with an instance ready, and with memory kept */
    uint64_t extractions;     /* pages that the component answered */
    uint64_t memory_bytes;    /* linear memory of the last call */
    uint64_t resident_bytes;  /* of the process */
} rt_engine_health;
RT_API rt_status rt_engine_get_health(rt_engine *engine, rt_engine_health *out, rt_error *err);

/* The metrics of docs/metrics.md as a scrape reads them.  out (owned).  RT_INVALID_ARGUMENT where
 * RIPTIDE_WASM_ENABLE_METRICS is false. */
typedef enum rt_metrics_format {
    RT_METRICS_TEXT,       /* Prometheus text format 0.0.4 */
    RT_METRICS_OPENMETRICS /* OpenMetrics 1.0.0 */
} rt_metrics_format;
RT_API rt_status rt_engine_metrics(rt_engine *engine, rt_metrics_format format, rt_text *out,
                                   rt_error *err);

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

/* A way to stop calls from another thread: those that wait return at once, those that run within
 * some ticks of 5 ms, with RT_CANCELLED.  Any number of calls may share one; it stays triggered.
 * (owned) rt_cancel_free(), when no call uses it any more. */
typedef struct rt_cancel rt_cancel;
/* NULL without memory. */
RT_API rt_cancel *rt_cancel_new(void);
RT_API void rt_cancel_free(rt_cancel *cancel);
/* From any thread or signal handler. */
RT_API void rt_cancel_trigger(rt_cancel *cancel);
/* From any thread.  False for NULL. */
RT_API bool rt_cancel_is_triggered(const rt_cancel *cancel);

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
    uint64_t timeout_ms;    /* of the whole call, waiting included; 0, or more than the engine's: that */
    const rt_cancel *cancel; /* NULL: nobody will; not for RT_EXTRACTOR_NATIVE, which ends by itself */
    rt_str traceparent;     /* of W3C trace context, handed on to observers; absent: none */
    bool link_details;      /* for rt_result_links(); only RT_EXTRACTOR_NATIVE can tell them */
} rt_request;
#define RT_REQUEST_INIT                                                                            \
    { sizeof(rt_request), { NULL, 0 }, { NULL, 0 }, RT_MODE_ARTICLE, RT_EXTRACTOR_COMPONENT,       \
      { NULL, 0 }, 0, NULL, { NULL, 0 }, false }

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
    uint32_t tier;           /* of the slot that served it: 0 hot, 1 warm, 2 cold */
    uint64_t take_ns;        /* taking the slot, waiting left out, instantiation included */
} rt_stats;

/* Extracts one page.  Blocks until it is done, at most the engine's time limit plus the time limit
 * for a free instance.
 * engine  NULL is allowed for RT_EXTRACTOR_NATIVE: the default rules for input
 * out     (owned) free it with rt_result_free(); does not need the engine any more
 * RT_INVALID_INPUT, RT_TOO_LARGE and RT_INVALID_ENCODING are told before the component runs, and so
 * is RT_RESOURCE_LIMIT where the page alone does not fit into the memory. */
RT_API rt_status rt_extract(rt_engine *engine, const rt_request *request, rt_result **out,
                            rt_error *err);
/* Whether rt_extract() would refuse the request before anything runs, with its error; html may be
 * absent: then what can be told before the page is there. */
RT_API rt_status rt_check_request(rt_engine *engine, const rt_request *request, rt_error *err);
/* Frees the content, too.  NULL is allowed and does nothing. */
RT_API void rt_result_free(rt_result *result);
/* (borrowed) live as long as the result. */
RT_API const rt_content *rt_result_content(const rt_result *result);
RT_API const rt_stats *rt_result_stats(const rt_result *result);
/* Who extracted it: RT_EXTRACTOR_NATIVE, too, where the fallback stood in for the component. */
RT_API rt_extractor rt_result_extractor(const rt_result *result);

/* A link and what the page says of it where it stands first.  It stands in arrays: never grows. */
typedef struct rt_link {
    rt_str url;      /* as in the content's links */
    rt_str text;     /* on one line, at most 1000 bytes; empty where there is none */
    rt_str hreflang; /* as the page has it; absent where that is no language tag */
    bool nofollow, ugc, sponsored; /* of its rel */
} rt_link;
/* (borrowed) lives as long as the result: one for each of the content's links, in their order.
 * *count is 0 where the page has none, and where they were not asked for or the request was not for
 * RT_EXTRACTOR_NATIVE: what a component returns has no place for them. */
RT_API const rt_link *rt_result_links(const rt_result *result, size_t *count);

/* One JSON object on one line, without a line end; all fields in the order of rt_content, absent
 * ones as null; where rt_result_links() were asked for and told, "link_details", an array of objects
 * with the members of rt_link; and "extractor": "native" where the fallback stood in for the
 * component.  id: its first member, left out when absent.  out (owned). */
RT_API rt_status rt_result_json(const rt_result *result, rt_str id, rt_text *out, rt_error *err);
/* {"id": ..., "url": ..., "error": {"code", "message"}} in the same form.  out (owned). */
RT_API rt_status rt_error_json(const rt_error *error, rt_str id, rt_str url, rt_text *out,
                               rt_error *err);

/* ---- observers ------------------------------------------------------------------------------- */

/* One value an event; docs/events.md lists them.  Numbers never change. */
typedef enum rt_event_kind {
    RT_EVENT_CALL,
    RT_EVENT_CREATED,
    RT_EVENT_EVICTED,
    RT_EVENT_PROMOTED,
    RT_EVENT_DEMOTED,
    RT_EVENT_EXHAUSTED,
    RT_EVENT_RESIZED,
    RT_EVENT_BREAKER_OPEN,
    RT_EVENT_BREAKER_HALF_OPEN,
    RT_EVENT_BREAKER_CLOSED,
    RT_EVENT_MEMORY_CALL,
    RT_EVENT_MEMORY_PROCESS,
    RT_EVENT_SLOW_CALL,
    RT_EVENT_SLOW_START,
    RT_EVENT_CACHE_MISS,
    RT_EVENT_FALLBACK,
    RT_EVENT_HELPER_DIED,
    RT_EVENT_RESTARTED
} rt_event_kind;

typedef struct rt_event {
    rt_event_kind kind;
    uint64_t time_ns;      /* since 1970 */
    uint64_t value, limit; /* of what the event is about, as docs/events.md says; 0 where nothing is */
    /* Of RT_EVENT_CALL, RT_EVENT_SLOW_CALL and RT_EVENT_FALLBACK: */
    rt_status status;
    rt_mode mode;
    rt_extractor extractor;
    rt_stats stats;
    uint64_t html_bytes;
    char traceparent[56]; /* of the request, NUL-terminated, or "" */
} rt_event;

/* (borrowed, static) "slow_call"; "unknown" for a number that is no event. */
RT_API const char *rt_event_label(rt_event_kind kind);
RT_API const char *rt_event_text(rt_event_kind kind);

/* Told of events on a thread of the engine's, one at a time, in order; while it is slow events are
 * dropped (riptide_events_lost_total), calls never wait for it.  May use the engine, but not close
 * it. */
typedef struct rt_observer {
    size_t size;    /* set by RT_OBSERVER_INIT; lets the struct grow */
    uint64_t kinds; /* bit n: wants events of kind n; RT_EVENT_CALL only costs who asks for it */
    void (*tell)(void *ctx, const rt_event *event); /* event (borrowed) until it returns */
    void *ctx;      /* (kept) until the engine is closed */
} rt_observer;
#define RT_OBSERVER_INIT                                                                           \
    { sizeof(rt_observer), ~(UINT64_C(1) << RT_EVENT_CALL), NULL, NULL }
/* At most 8 observers an engine; RT_INVALID_ARGUMENT for one more.  *observer is copied. */
RT_API rt_status rt_engine_observe(rt_engine *engine, const rt_observer *observer, rt_error *err);

/* ---- helpers --------------------------------------------------------------------------------- */

/* Turns a page's bytes into UTF-8 as browsers do: byte order mark, then charset, then the page's
 * own <meta>, then detection.  Bytes that do not decode become U+FFFD.
 * charset  from the Content-Type header, or absent
 * out      (owned) */
RT_API rt_status rt_decode(rt_str bytes, rt_str charset, rt_text *out, rt_error *err);

#ifdef __cplusplus
}
#endif

#endif
