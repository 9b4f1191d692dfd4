    .section .rodata
    .global context_core_text
    .global context_core_text_end
context_core_text:
    .incbin "core-v1.9.jsonld"
context_core_text_end:
    .section .note.GNU-stack, "", %progbits
