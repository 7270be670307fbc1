#ifndef RT_SERVICE_MICROHTTPD_H
#define RT_SERVICE_MICROHTTPD_H

#include <microhttpd.h>
#include <riptide/riptide.h>

/* libmicrohttpd, loaded when a service starts: linked, it and the libraries behind it would be
 * loaded by every command of the program. */
struct rt_microhttpd {
    struct MHD_Daemon *(*start_daemon)(unsigned flags, uint16_t port,
                                       MHD_AcceptPolicyCallback policy, void *policy_ctx,
                                       MHD_AccessHandlerCallback handler, void *handler_ctx, ...);
    MHD_socket (*quiesce_daemon)(struct MHD_Daemon *daemon);
    void (*stop_daemon)(struct MHD_Daemon *daemon);
    const union MHD_ConnectionInfo *(*get_connection_info)(struct MHD_Connection *connection,
                                                           enum MHD_ConnectionInfoType type, ...);
    int (*get_connection_values_n)(struct MHD_Connection *connection, enum MHD_ValueKind kind,
                                   MHD_KeyValueIteratorN each, void *ctx);
    enum MHD_Result (*lookup_connection_value_n)(struct MHD_Connection *connection,
                                                 enum MHD_ValueKind kind, const char *key,
                                                 size_t key_len, const char **value,
                                                 size_t *value_len);
    enum MHD_Result (*queue_response)(struct MHD_Connection *connection, unsigned status,
                                      struct MHD_Response *response);
    void (*suspend_connection)(struct MHD_Connection *connection);
    void (*resume_connection)(struct MHD_Connection *connection);
    struct MHD_Response *(*create_response_from_buffer_with_free_callback_cls)(
        size_t size, void *bytes, MHD_ContentReaderFreeCallback release, void *ctx);
    struct MHD_Response *(*create_response_from_callback)(uint64_t size, size_t block,
                                                          MHD_ContentReaderCallback read, void *ctx,
                                                          MHD_ContentReaderFreeCallback release);
    void (*destroy_response)(struct MHD_Response *response);
    enum MHD_Result (*add_response_header)(struct MHD_Response *response, const char *name,
                                           const char *value);
};

/* Loads it once, for good.  *out (borrowed, static).  RT_IO_ERROR where it is not installed or is
 * too old.  From any thread. */
rt_status rt_microhttpd_load(const struct rt_microhttpd **out, rt_error *err);

#endif
