/* From bytes to something that calls can run: compile or fetch, check, link. */
#include "host/component/component.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "host/component/cpu.h"
#include "host/component/failure.h"
#include "host/system/memory.h"
#include "host/system/slurp.h"

#include "guest/embedded.h"

#include <string.h>
#include <wasmtime.h>

/* ---- source ---------------------------------------------------------------------------------- */

enum { MAX_COMPONENT = 256 << 20 };

static rt_status open_file(struct rt_component_source *out, const char *path, rt_error *err)
{
    rt_str wasm;
    char *file;
    rt_status status = rt_slurp(path, MAX_COMPONENT, &wasm, &file, err);
    if (status != RT_OK)
        return status;
    size_t label_size = strlen(path) + 1;
    char *label = rt_alloc_resize(&rt_alloc_heap, NULL, label_size);
    if (!label) {
        rt_alloc_resize(&rt_alloc_heap, file, 0);
        return rt_fail(err, RT_NO_MEMORY, "no memory for the component %.200s", path);
    }
    memcpy(label, path, label_size);
    *out = (struct rt_component_source){ .wasm = wasm, .label = label, .file = file };
    return RT_OK;
}

rt_status rt_component_source_open(struct rt_component_source *out, const struct rt_config *config,
                                   const char *path, rt_error *err)
{
    if (path || config->component)
        return open_file(out, path ? path : config->component, err);
    *out = (struct rt_component_source){
        .wasm = config->simd ? rt_embedded_component() : rt_embedded_component_nosimd(),
        .label = config->simd ? "embedded" : "embedded-nosimd",
        .in_use = RT_EMBEDDED_IN_USE,
    };
    return RT_OK;
}

void rt_component_source_close(struct rt_component_source *source)
{
    if (!source->file)
        return;
    char *label;
    memcpy(&label, &source->label, sizeof label);
    rt_alloc_resize(&rt_alloc_heap, label, 0);
    rt_alloc_resize(&rt_alloc_heap, source->file, 0);
}

/* ---- code ------------------------------------------------------------------------------------ */

static const uint8_t *bytes_of(rt_str s) { return (const uint8_t *)s.at; }

static rt_status compile(struct rt_component *c, const struct rt_component_source *source,
                         rt_error *err)
{
    /* A component has 0d 00 01 00 behind the magic, a plain module 01 00 00 00. */
    static const char module[8] = "\0asm\1\0\0\0";
    rt_str wasm = source->wasm;
    if (wasm.len >= 8 && memcmp(wasm.at, module, 8) == 0)
        return rt_fail(err, RT_INVALID_COMPONENT,
                       "%.120s is a core module: expected a component (wasm-tools component new "
                       "makes one of it)",
                       source->label);
    wasmtime_error_t *error = wasmtime_component_new(c->engine, bytes_of(wasm), wasm.len, &c->code);
    rt_process_trim(); /* compiling takes three times the memory that running does */
    if (!error)
        return RT_OK;
    char why[300];
    rt_failure_text(error, why, sizeof why);
    return rt_fail(err, RT_INVALID_COMPONENT, "%.120s does not compile: %s", source->label, why);
}

/* Takes the code from the cache where that has what Wasmtime accepts. */
static enum rt_cache_result fetch(struct rt_component *c, const struct rt_cache *cache,
                                  const struct rt_cache_key *key, struct rt_warning *warning)
{
    struct rt_cached cached;
    enum rt_cache_result result = rt_cache_read(cache, key, &cached, warning);
    if (result != RT_CACHE_HIT)
        return result;
    wasmtime_error_t *error = wasmtime_component_deserialize_file(c->engine, cached.path, &c->code);
    if (error) {
        /* Without /proc, say: copied instead of mapped. */
        wasmtime_error_delete(error);
        error = wasmtime_component_deserialize(c->engine, bytes_of(cached.bytes), cached.bytes.len,
                                               &c->code);
    }
    rt_cached_close(&cached);
    if (!error)
        return RT_CACHE_HIT;
    char why[200];
    rt_failure_text(error, why, sizeof why);
    rt_warn(warning, "the cached code is not used: %s", why);
    rt_cache_drop(cache, key);
    return RT_CACHE_INVALID;
}

static bool keep(const struct rt_component *c, const struct rt_cache *cache,
                 const struct rt_cache_key *key, struct rt_warning *warning)
{
    wasm_byte_vec_t compiled = { 0 };
    wasmtime_error_t *error = wasmtime_component_serialize(c->code, &compiled);
    if (error) {
        wasmtime_error_delete(error);
        rt_warn(warning, "compiled code is not kept: it cannot be serialized");
        return false;
    }
    bool kept = rt_cache_write(cache, key, (rt_str){ compiled.data, compiled.size }, warning);
    wasm_byte_vec_delete(&compiled);
    return kept;
}

static rt_status make_code(struct rt_component *c, const struct rt_component_source *source,
                           const struct rt_config *config, enum rt_memory_shape shape,
                           struct rt_warning *warning, rt_error *err)
{
    c->cache_result = RT_CACHE_OFF;
    if (!config->aot_cache)
        return compile(c, source, err);
    struct rt_cache cache;
    char engine[256], processor[256];
    rt_cache_init(&cache, config->cache_dir, warning);
    rt_sandbox_describe(config, shape, engine, sizeof engine);
    rt_cpu_describe(processor, sizeof processor);
    struct rt_cache_key key = rt_cache_key_of(source->wasm, engine, processor);
    c->cache_result = fetch(c, &cache, &key, warning);
    c->cache_hit = c->cache_result == RT_CACHE_HIT;
    if (c->cache_hit)
        return RT_OK;
    rt_status status = compile(c, source, err);
    if (status == RT_OK && c->cache_result != RT_CACHE_UNUSABLE &&
        !keep(c, &cache, &key, warning) && c->cache_result == RT_CACHE_MISS)
        c->cache_result = RT_CACHE_UNUSABLE;
    return status;
}

rt_status rt_component_compile(struct rt_component *out, const struct rt_component_source *source,
                               const struct rt_config *config, rt_error *err)
{
    struct rt_component c = { .engine = rt_sandbox_engine(config, RT_MEMORY_ON_DEMAND) };
    rt_status status = compile(&c, source, err);
    if (status == RT_OK)
        *out = c;
    else
        rt_component_close(&c);
    return status;
}

/* ---- linking --------------------------------------------------------------------------------- */

static const char INTERFACE[] = "riptide:extractor/extractor@0.2.0";

static wasmtime_component_export_index_t *find_in(const wasmtime_component_t *code,
                                                  const wasmtime_component_export_index_t *in,
                                                  const char *name)
{
    return wasmtime_component_get_export_index(code, in, name, strlen(name));
}

wasmtime_component_export_index_t *rt_component_find(const struct rt_component *component,
                                                     const char *function)
{
    return find_in(component->code, component->interface, function);
}

static rt_status find_functions(struct rt_component *c, const char *label, rt_error *err)
{
    c->interface = find_in(c->code, NULL, INTERFACE);
    c->extract = rt_component_find(c, "extract-with-stats");
    c->with_stats = c->extract != NULL;
    if (!c->extract)
        c->extract = rt_component_find(c, "extract");
    if (c->extract)
        return RT_OK;
    return rt_fail(err, RT_INVALID_COMPONENT,
                   "%.120s exports no extract(): expected it in the interface %s or at the root",
                   label, INTERFACE);
}

static rt_status link_imports(struct rt_component *c, bool allow_wasi, const char *label,
                              rt_error *err)
{
    c->linker = wasmtime_component_linker_new(c->engine);
    char import[128];
    size_t imports = rt_schema_imports(c->engine, c->code, import, sizeof import);
    if (imports == 0)
        return RT_OK;
    if (!allow_wasi)
        return rt_fail(err, RT_INVALID_COMPONENT,
                       "%.120s imports %s: expected no imports (RIPTIDE_WASM_ALLOW_WASI=true "
                       "accepts WASI and gives it nothing)",
                       label, import);
    c->wasi = true;
    wasmtime_error_t *error = wasmtime_component_linker_add_wasip2(c->linker);
    if (!error)
        return RT_OK;
    char why[200];
    rt_failure_text(error, why, sizeof why);
    return rt_fail(err, RT_INVALID_COMPONENT, "%.120s: WASI cannot be linked: %s", label, why);
}

static rt_status open_shape(struct rt_component *c, const struct rt_component_source *source,
                            const struct rt_config *config, enum rt_memory_shape shape,
                            struct rt_warning *warning, rt_error *err)
{
    c->engine = rt_sandbox_engine(config, shape);
    c->pooling = shape == RT_MEMORY_POOL;
    rt_status status = make_code(c, source, config, shape, warning, err);
    const struct rt_schema_subject subject = { c->engine, c->code, source->wasm, source->label };
    if (status == RT_OK && config->wit_validation)
        status = rt_schema_require(&subject, config, &c->schema, err);
    if (status == RT_OK)
        status = find_functions(c, source->label, err);
    if (status == RT_OK)
        status = link_imports(c, config->allow_wasi, source->label, err);
    return status;
}

/* Whether an instance with so many memories can be made.  A component of somebody else may need
 * more than a slot of the pool has. */
static bool fits(const struct rt_component *c, uint32_t memories)
{
    enum { ANY = -1 };
    wasmtime_store_t *store = wasmtime_store_new(c->engine, NULL, NULL);
    wasmtime_context_t *context = wasmtime_store_context(store);
    wasmtime_store_limiter(store, ANY, ANY, ANY, ANY, memories);
    wasmtime_context_set_epoch_deadline(context, 1);
    wasmtime_error_t *error = wasmtime_context_set_fuel(context, UINT64_C(1) << 30);
    if (!error && c->wasi)
        error = wasmtime_context_set_wasi(context, wasi_config_new());
    wasmtime_component_instance_t instance;
    if (!error)
        error = wasmtime_component_linker_instantiate(c->linker, context, c->code, &instance);
    bool good = error == NULL;
    if (error)
        wasmtime_error_delete(error);
    wasmtime_store_delete(store);
    return good;
}

/* There is no asking for it. */
static uint32_t count_memories(const struct rt_component *c)
{
    if (!fits(c, RT_MEMORIES_MAX))
        return 1; /* no instance can be made, as each call will tell */
    uint32_t n = 1;
    while (n < RT_MEMORIES_MAX && !fits(c, n))
        n++;
    return n;
}

rt_status rt_component_open(struct rt_component *out, const struct rt_component_source *source,
                            const struct rt_config *config, struct rt_warning *warning,
                            rt_error *err)
{
    struct rt_component c = { .engine = NULL };
    enum rt_memory_shape shape = rt_sandbox_shape(config);
    if (shape != RT_MEMORY_POOL)
        rt_warn(warning,
                "memory is mapped on demand, which is slower: there is no address space "
                "for a pool of %u instances",
                (unsigned)rt_config_instances(config));
    rt_status status = open_shape(&c, source, config, shape, warning, err);
    bool foreign_in_pool = shape == RT_MEMORY_POOL && source->file;
    if (foreign_in_pool && (status == RT_OK ? !fits(&c, RT_MEMORIES_MAX) : !c.code)) {
        rt_warn(warning, "memory is mapped on demand, which is slower: the component does not fit "
                         "into a slot of the pool");
        rt_component_close(&c);
        c = (struct rt_component){ .engine = NULL };
        status = open_shape(&c, source, config, RT_MEMORY_ON_DEMAND, warning, err);
    }
    c.memories = status == RT_OK && source->file ? count_memories(&c) : 1;
    if (status == RT_OK)
        *out = c;
    else
        rt_component_close(&c);
    return status;
}

void rt_component_close(struct rt_component *component)
{
    if (component->extract)
        wasmtime_component_export_index_delete(component->extract);
    if (component->interface)
        wasmtime_component_export_index_delete(component->interface);
    if (component->linker)
        wasmtime_component_linker_delete(component->linker);
    if (component->code)
        wasmtime_component_delete(component->code);
    if (component->engine)
        wasm_engine_delete(component->engine);
}
