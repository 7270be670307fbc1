/* Why a call failed: from evidence, never from the engine's words. */
#include "host/component/failure.h"

#include "base/str.h"
#include "base/utf8.h"

rt_status rt_failure_reason(const struct rt_evidence *evidence)
{
    if (evidence->fuel_left == 0)
        return RT_OUT_OF_FUEL;
    if (evidence->stopped != RT_OK)
        return evidence->stopped;
    return evidence->in_guest ? RT_TRAP : RT_INVALID_OUTPUT;
}

bool rt_failure_in_guest(const wasmtime_error_t *error)
{
    wasm_frame_vec_t frames = { 0 };
    wasmtime_error_wasm_trace(error, &frames);
    bool found = frames.size > 0;
    wasm_frame_vec_delete(&frames);
    return found;
}

void rt_failure_text(wasmtime_error_t *error, char *out, size_t room)
{
    wasm_byte_vec_t message = { 0 };
    wasmtime_error_message(error, &message);
    rt_str rest = { message.data, message.size };
    size_t cause = rt_str_find(rest, RT_LIT("Caused by:"));
    if (cause != RT_NPOS)
        rest = rt_str_from(rest, cause + 10);
    size_t len = 0;
    rt_str word;
    while (rt_str_word(&rest, &word)) {
        if (len + word.len + 2 > room)
            break;
        if (len > 0)
            out[len++] = ' ';
        memcpy(out + len, word.at, word.len);
        len += word.len;
    }
    out[len] = '\0';
    wasm_byte_vec_delete(&message);
    wasmtime_error_delete(error);
}
