/* The memory manager: from the process's size to the pool's. */
#include "host/pool/memory_manager.h"

#include "host/system/clock.h"
#include "host/system/memory.h"

/* Beside the instances: code, results on their way out, the program around us. */
static const uint64_t OWN_PART = UINT64_C(256) << 20;

static uint64_t limit_of(const struct rt_config *config)
{
    if (config->process_memory_mb > 0)
        return config->process_memory_mb << 20;
    uint64_t all = config->pool_size * rt_config_memory_limit(config) + OWN_PART;
    uint64_t allowed = rt_process_memory_allowed();
    return allowed < all ? allowed : all;
}

void rt_memory_manager_init(struct rt_memory_manager *manager, const struct rt_config *config,
                            struct rt_pool *pool, struct rt_metrics *metrics,
                            struct rt_events *events)
{
    manager->pool = pool;
    manager->metrics = metrics;
    manager->events = events;
    manager->limit = limit_of(config);
    manager->threshold = manager->limit / 100 * config->memory_threshold;
    atomic_init(&manager->reported, false);
    atomic_init(&manager->next_ns, 0);
    atomic_init(&manager->pressure, RT_PRESSURE_LOW);
}

static void publish(const struct rt_memory_manager *manager, enum rt_pressure pressure)
{
    for (enum rt_pressure p = 0; p < RT_PRESSURES; p++)
        rt_metrics_set(manager->metrics, RT_METRIC_PRESSURE, p, p == pressure);
}

void rt_memory_manager_look(struct rt_memory_manager *manager)
{
    uint64_t now = rt_clock_now(), next = atomic_load(&manager->next_ns);
    if (now < next || !atomic_compare_exchange_strong(&manager->next_ns, &next,
                                                      now + RT_MEMORY_LOOK_MS * UINT64_C(1000000)))
        return;
    uint64_t resident = rt_process_resident();
    enum rt_pressure pressure = rt_pressure_of(resident, manager->limit);
    bool changed = atomic_exchange(&manager->pressure, pressure) != pressure;
    bool report = resident >= manager->threshold || pressure == RT_PRESSURE_CRITICAL;
    bool reported = atomic_exchange(&manager->reported, report);
    publish(manager, pressure);
    rt_pool_press(manager->pool, pressure); /* each time: two looks may come here out of order */
    if (manager->events && (report != reported || (report && changed)))
        rt_events_tell(manager->events, RT_EVENT_MEMORY_PROCESS, resident, manager->limit);
}
