/* Starting and stopping what the tests talk to. */
#include "running.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

void running_start(struct running *r, const struct rt_service_rules *rules)
{
    struct rt_service_rules mine = rules ? *rules : (struct rt_service_rules){ 0 };
    rt_settings *settings;
    rt_error err = { RT_OK, "" };
    mine.listen = "127.0.0.1:0";
    assert_int_equal(rt_settings_new(&settings, NULL), RT_OK);
    rt_settings_set(settings, "RIPTIDE_WASM_CACHE_DIR", RT_TEST_CACHE_DIR, NULL);
    if (rt_engine_open(settings, &r->engine, &err) != RT_OK)
        fail_msg("%s", err.message);
    rt_settings_free(settings);
    r->fetcher = fake_fetcher_open();
    if (rt_service_open(&r->service, r->engine, r->fetcher, &mine, &err) != RT_OK)
        fail_msg("%s", err.message);
    r->address = rt_service_address(r->service);
}

void running_stop(struct running *r)
{
    rt_service_close(r->service);
    rt_fetcher_close(r->fetcher);
    rt_engine_close(r->engine);
}

void wait_for(bool (*holds)(struct running *r), struct running *r)
{
    for (int i = 0; i < 20000; i++) {
        if (holds(r))
            return;
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
    fail_msg("what was waited for did not happen");
}
