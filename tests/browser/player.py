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
    const look = () => {
        const times = videos.filter(video => !video.paused && !video.ended).map(video => video.currentTime);
        const last = Math.max(0, ...times);
        samples.push([times.length, last - Math.min(last, ...times), last]);
        if (performance.now() - begun < 1000 * seconds) requestAnimationFrame(look);
        else resolve(samples);
    };
    look();
})"""
"""For some seconds, at each frame: how many videos play, how far apart they are, where the last one is."""


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
