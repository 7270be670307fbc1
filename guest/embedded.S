/* The components' bytes, taken by the assembler as they are. */
    .macro component name, path
    .hidden \name
    .hidden \name\()_end
    .globl \name
    .globl \name\()_end
    .balign 16
\name:
    .incbin "\path"
\name\()_end:
    .byte 0
    .endm

    .section .rodata
    component rt_component_simd, RT_COMPONENT_SIMD
    component rt_component_nosimd, RT_COMPONENT_NOSIMD

    .section .note.GNU-stack, "", %progbits
