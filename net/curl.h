#ifndef RT_NET_CURL_H
#define RT_NET_CURL_H

#include <curl/curl.h>
#include <riptide/riptide.h>

/* libcurl, loaded when it is first wanted.  Linked, it and the thirty libraries behind it would
 * take some 6 ms of every start, as much as the rest of one that asks nothing of the network. */
struct rt_curl {
    CURLcode (*global_init)(long flags);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *easy);
    CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
    const char *(*easy_strerror)(CURLcode code);
    CURLM *(*multi_init)(void);
    CURLMcode (*multi_cleanup)(CURLM *multi);
    CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_perform)(CURLM *multi, int *running);
    CURLMcode (*multi_poll)(CURLM *multi, struct curl_waitfd *extra, unsigned int n, int ms,
                            int *ready);
    CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
    CURLMcode (*multi_wakeup)(CURLM *multi);
    CURLMcode (*multi_setopt)(CURLM *multi, CURLMoption option, ...);
    CURLU *(*url)(void);
    void (*url_cleanup)(CURLU *url);
    CURLUcode (*url_set)(CURLU *url, CURLUPart part, const char *text, unsigned flags);
    CURLUcode (*url_get)(CURLU *url, CURLUPart part, char **text, unsigned flags);
    void (*free)(void *text);
    time_t (*getdate)(const char *text, const time_t *unused);
    curl_version_info_data *(*version_info)(CURLversion version);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
};

/* Loads it once, for good.  *out (borrowed, static).  RT_IO_ERROR where it is not installed or is
 * too old.  From any thread. */
rt_status rt_curl_load(const struct rt_curl **out, rt_error *err);

#endif
