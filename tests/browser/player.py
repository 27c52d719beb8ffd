"""The compare player in a page: when it is ready, and how far apart its videos are while they play."""

from playwright.sync_api import Locator

from tests.browser.harness import NotebookPage

LOADED = "() => [...document.querySelectorAll('.wan-compare video')].every(video => video.readyState >= 2)"
STILL = """() => [...document.querySelectorAll('.wan-compare video')]
    .every(video => video.paused && !video.seeking)"""
WATCH = """seconds => new Promise(resolve => {
    const videos = [...document.querySelectorAll('.wan-compare video')];
    const samples = [];
    const begun = performance.now();
    let still = -Infinity;
    const look = () => {
        const times = videos.filter(video => !video.paused && !video.ended).map(video => video.currentTime);
        const last = Math.max(0, ...times);
        samples.push([times.length, last - Math.min(last, ...times), last]);
        still = times.length ? 0 : still + 1;
        if (still > 30 || performance.now() - begun >= 1000 * seconds) resolve(samples);
        else requestAnimationFrame(look);
    };
    look();
})"""
"""At each frame: how many videos play, how far apart they are, where the last one is.

Until none has played for thirty frames after one has, for some seconds at most.
"""


def shown(notebook: NotebookPage, cell: int) -> Locator:
    """Run a cell, wait until its videos are there, give the player the keys and return it."""
    notebook.run_cell(cell)
    player = notebook.output(cell).locator(".wan-compare")
    player.wait_for()
    notebook.page.wait_for_function(LOADED, timeout=60_000)
    notebook.page.wait_for_function(STILL)
    player.scroll_into_view_if_needed()
    player.focus()
    return player
