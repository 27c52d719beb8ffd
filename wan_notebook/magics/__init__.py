"""The IPython extension: `%%wan` makes a video, `%wan` looks things up; both thin, on top of `public`.

    %load_ext wan_notebook

    %%wan wan2.7-t2v --duration 5 --resolution 720P
    A fox in the snow

The package imports this room only inside the two functions IPython calls, so that importing it stays cheap.
"""

from wan_notebook.magics.extension import load, unload

__all__ = ["load", "unload"]
