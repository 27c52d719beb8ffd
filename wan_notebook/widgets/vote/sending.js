/** Answers on their way to the kernel: each is kept, over a reload of the page too, until the kernel has stored it. */

const SENDING = { patience: 5000, most: 60000 }; // ms until a message is sent again; each time twice as long

/**
 * Ask the kernel until it answers without an error. A message that arrives twice must do no more than one.
 *
 * `make()` gives the message, `say(reason)` is told what keeps it: an error's sentence, null when no answer came,
 * "" in the end. `answer` is the promise of the reply, `again()` sends it at once, `stop()` gives up.
 */
function insist(ask, make, say) {
  let [timer, pause, ended] = [0, SENDING.patience, false];
  let settle;
  const answer = new Promise((resolve) => {
    settle = resolve;
  });
  const later = (reason) => {
    say(reason);
    timer = setTimeout(send, reason === null ? 0 : pause);
    pause = Math.min(pause * 2, SENDING.most);
  };
  const send = async () => {
    clearTimeout(timer);
    timer = setTimeout(() => later(null), pause);
    const reply = await ask(make()).catch(() => null); // a page whose kernel is gone cannot even ask
    if (ended || !reply) return;
    clearTimeout(timer);
    if (reply.error) return void later(reply.error);
    ended = true;
    say("");
    settle(reply);
  };
  send();
  return {
    answer,
    again: () => {
      pause = SENDING.patience;
      if (!ended) send();
    },
    stop() {
      ended = true;
      clearTimeout(timer);
    },
  };
}

/** The answer that is not known to be stored, in the browser's own memory of this page. */
function keptVote(session) {
  const key = `wan-vote-${session}`;
  return {
    get: () => JSON.parse(sessionStorage.getItem(key) ?? "null"),
    set: (vote) => sessionStorage.setItem(key, JSON.stringify(vote)),
    clear: () => sessionStorage.removeItem(key),
  };
}

/** The message of an answer. Only lengths of time are told: the clocks of page and kernel need not agree. */
function voteMessage({ id, showing, criterion, choice, shown, voted, watched }) {
  return {
    type: "vote",
    vote_id: id,
    showing,
    criterion,
    choice,
    shown_s: (voted - shown) / 1000,
    ago_s: (Date.now() - voted) / 1000,
    watch_s: watched,
  };
}
