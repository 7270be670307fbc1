/* The built-in interface, taken by the assembler as it is. */
    .section .rodata
    .hidden rt_wit_text
    .hidden rt_wit_text_end
    .globl rt_wit_text
    .globl rt_wit_text_end
rt_wit_text:
    .incbin RT_WIT_TEXT
rt_wit_text_end:
    .byte 0

    .section .note.GNU-stack, "", %progbits
