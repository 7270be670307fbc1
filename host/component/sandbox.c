/* How Wasmtime is set up: features, code generation, memory. */
#include "host/component/sandbox.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include <wasmtime.h>

enum {
    CORE_INSTANCES = 32, /* of one component: ours has one, those that bring a runtime a dozen */
    TABLES = 4
};

/* 4 GiB of address space and a guard behind it let the compiled code leave bounds checks out. */
static const uint64_t POOL_SLOT = UINT64_C(4) << 30;
static const uint64_t POOL_GUARD = UINT64_C(32) << 20;
static const uint64_t SMALL_GUARD = UINT64_C(64) << 10;

/* What stays mapped is cleared by writing zeroes, the rest by madvise(), which costs page faults in
 * the next call.  Measured on corpus pages; see guest/CMakeLists.txt. */
static const size_t KEEP_RESIDENT = RT_EMBEDDED_FRONT;

enum rt_memory_shape rt_sandbox_shape(const struct rt_config *config)
{
    uint64_t need = rt_config_instances(config) * (POOL_SLOT + POOL_GUARD) + (UINT64_C(1) << 30);
    if (need > SIZE_MAX)
        return RT_MEMORY_ON_DEMAND;
    void *probe =
        mmap(NULL, (size_t)need, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (probe == MAP_FAILED)
        return RT_MEMORY_ON_DEMAND;
    munmap(probe, (size_t)need);
    return RT_MEMORY_POOL;
}

bool rt_sandbox_may_use_threads(void)
{
    static atomic_int first_pid;
    int none = 0, own = (int)getpid();
    return atomic_compare_exchange_strong(&first_pid, &none, own) || none == own;
}

static uint64_t memory_limit(const struct rt_config *config)
{
    uint64_t limit = rt_config_memory_limit(config);
    return (limit + 0xFFFF) & ~UINT64_C(0xFFFF);
}

static void set_pool(wasm_config_t *c, const struct rt_config *config)
{
    uint32_t n = rt_config_instances(config);
    size_t keep = config->aggressive_gc ? 0 : KEEP_RESIDENT;
    wasmtime_pooling_allocation_config_t *pool = wasmtime_pooling_allocation_config_new();
    wasmtime_pooling_allocation_config_total_component_instances_set(pool, n);
    wasmtime_pooling_allocation_config_total_core_instances_set(pool, n * CORE_INSTANCES);
    wasmtime_pooling_allocation_config_max_core_instances_per_component_set(pool, CORE_INSTANCES);
    wasmtime_pooling_allocation_config_total_memories_set(pool, n);
    wasmtime_pooling_allocation_config_max_memories_per_component_set(pool, 1);
    wasmtime_pooling_allocation_config_max_memory_size_set(pool, (size_t)memory_limit(config));
    wasmtime_pooling_allocation_config_total_tables_set(pool, n * TABLES);
    wasmtime_pooling_allocation_config_max_tables_per_component_set(pool, TABLES);
    wasmtime_pooling_allocation_config_total_stacks_set(pool, 0);
    wasmtime_pooling_allocation_config_max_unused_warm_slots_set(pool, n);
    wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(pool, keep);
    wasmtime_pooling_allocation_config_table_keep_resident_set(pool, 64 << 10);
    wasmtime_pooling_allocation_strategy_set(c, pool);
    wasmtime_pooling_allocation_config_delete(pool);
    wasmtime_config_memory_reservation_set(c, POOL_SLOT);
    wasmtime_config_memory_guard_size_set(c, POOL_GUARD);
}

/* Memory begins as a copy of an image, which is a file in memory: past RLIMIT_FSIZE to write one
 * raises SIGXFSZ and ends the process.  No image is larger than the memory. */
static bool may_make_images(const struct rt_config *config)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur >= memory_limit(config);
}

static void set_on_demand(wasm_config_t *c, const struct rt_config *config)
{
    wasmtime_config_memory_reservation_set(c, memory_limit(config));
    wasmtime_config_memory_guard_size_set(c, SMALL_GUARD);
    wasmtime_config_memory_reservation_for_growth_set(c, 0);
}

wasm_engine_t *rt_sandbox_engine(const struct rt_config *config, enum rt_memory_shape shape)
{
    wasm_config_t *c = wasm_config_new();
    wasmtime_config_wasm_component_model_set(c, true);
    wasmtime_config_wasm_simd_set(c, config->simd);
    wasmtime_config_wasm_relaxed_simd_set(c, false);
    wasmtime_config_wasm_bulk_memory_set(c, true);
    wasmtime_config_wasm_multi_memory_set(c, true);
    wasmtime_config_wasm_memory64_set(c, false);
    wasmtime_config_shared_memory_set(c, false);
    wasmtime_config_concurrency_support_set(c, false);
    wasmtime_config_strategy_set(c, WASMTIME_STRATEGY_CRANELIFT);
    wasmtime_config_cranelift_opt_level_set(c, WASMTIME_OPT_LEVEL_SPEED);
    wasmtime_config_parallel_compilation_set(c, rt_sandbox_may_use_threads());
    wasmtime_config_native_unwind_info_set(c, false);
    wasmtime_config_max_wasm_stack_set(c, RT_WASM_STACK);
    wasmtime_config_consume_fuel_set(c, true);
    wasmtime_config_epoch_interruption_set(c, true);
    wasmtime_config_memory_init_cow_set(c, may_make_images(config));
    if (shape == RT_MEMORY_POOL)
        set_pool(c, config);
    else
        set_on_demand(c, config);
    return wasm_engine_new_with_config(c);
}

void rt_sandbox_describe(const struct rt_config *config, enum rt_memory_shape shape, char *out,
                         size_t room)
{
    snprintf(out, room,
             "wasmtime " WASMTIME_VERSION " simd=%d images=%d reservation=%" PRIu64
             " guard=%" PRIu64 " fuel epoch speed stack=%d",
             config->simd, may_make_images(config),
             shape == RT_MEMORY_POOL ? POOL_SLOT : memory_limit(config),
             shape == RT_MEMORY_POOL ? POOL_GUARD : SMALL_GUARD, (int)RT_WASM_STACK);
}
