/* The page and the description of the interface, taken by the assembler as they are. */
    .section .rodata
    .globl rt_page_text
    .globl rt_page_text_end
    .globl rt_openapi_text
    .globl rt_openapi_text_end
rt_page_text:
    .incbin RT_PAGE_FILE
rt_page_text_end:
    .byte 0
rt_openapi_text:
    .incbin RT_OPENAPI_FILE
rt_openapi_text_end:
    .byte 0

    .section .note.GNU-stack, "", %progbits
