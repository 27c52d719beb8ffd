"""Files of this machine in a form: chosen, dropped, sent to the kernel, shown small."""
