/** The vote page. What it is told of a pair is a random id and two videos without a name. */

const VOTE = { settle: 300, look: 10000 }; // ms in which a key still belongs to the pair before; ms between looks for new pairs

function render({ model, el }) {
  const words = model.get("words");
  const topics = [model.get("question"), ...model.get("criteria").map((criterion) => fill(words.criterion, { criterion }))];
  const { ask, stop: stopAsking } = kernelQuestions(model);
  const videos = voteVideos(ask);
  const kept = keptVote(model.get("session"));
  // waiting (for the kernel), loading (videos), judging, sending (an answer), revealed (this pair), ended
  let [phase, state, shown, shownAt, broken, asking, timer, stopped] = ["waiting", null, null, 0, "", null, 0, false];
  let [settled, settling] = [false, 0]; // whether a key belongs to what is asked now

  const stage = voteStage(words, () => drawAnswers());
  const topic = element("strong", {});
  const progress = element("span", { class: "wan-muted wan-vote-progress" });
  const steps = element("ol", { class: "wan-vote-steps", hidden: topics.length < 2 }, ...[words.overall, ...model.get("criteria")].map((each) => element("li", {}, each)));
  const note = element("span", { role: "status" });
  const again = element("button", { type: "button", class: "wan-again", hidden: true, onclick: () => asking?.again() }, words.send_again);
  const help = keyList(words);
  const helpButton = keyButton("help", words, (name) => act(name));
  const answers = Object.fromEntries(ANSWERS.map((name) => [name, keyButton(name, words, (done) => act(done), "wan-vote-answer")]));
  const undo = keyButton("undo", words, (name) => act(name));
  const next = keyButton("next", words, (name) => act(name), "wan-generate");
  const end = element("div", { class: "wan-vote-end", hidden: true });
  const board = element(
    "div",
    { class: "wan-vote-answers", role: "group" },
    answers.left,
    answers.tie,
    answers.right,
    element("div", { class: "wan-vote-others" }, answers.both_bad, answers.skip),
  );
  const root = element(
    "div",
    { class: "wan-form wan-vote", tabIndex: 0, role: "group", ariaLabel: words.title },
    element("div", { class: "wan-vote-head" }, topic, progress, helpButton),
    steps,
    stage.root,
    board,
    end,
    element("div", { class: "wan-vote-foot" }, undo, next, element("span", { class: "wan-vote-note" }, note, again)),
    element("div", { class: "wan-muted wan-vote-focus" }, words.focus),
    help,
  );
  el.append(root);

  const tell = (sentence, retry = false) => {
    note.textContent = sentence;
    again.hidden = !retry;
  };
  /** What keeps a message from the kernel: an error, null for no answer, nothing. */
  const telling = (sentence) => (reason) => tell(reason === "" ? "" : fill(sentence, { reason: reason ?? words.no_answer }), reason !== "");
  const seen = () => !model.get("watch") || state?.showing?.seen || stage.seen();
  const free = (name) => phase === "judging" && settled && (name === "skip" || (!broken && seen()));

  const drawAnswers = () => {
    for (const name of ANSWERS) answers[name].setAttribute("aria-disabled", String(!free(name)));
    if (phase === "judging" && !broken && note.textContent === words.watch_first && seen()) tell("");
  };
  /** What is asked, of which pair; a reveal is about the pair before. */
  const drawHead = (now, ended) => {
    topic.textContent = ended ? words.thanks : topics[now?.criterion ?? 0];
    const number = Math.min((state?.done ?? 0) + 1, state?.total ?? 0);
    const told = ended ? fill(words.all_done, state) : fill(words.progress, { number, total: state?.total ?? 0 });
    progress.textContent = state ? [told, state.waiting ? fill(words.more, state) : ""].join(" ").trim() : "";
    steps.hidden = ended || topics.length < 2;
    [...steps.children].forEach((step, index) => step.toggleAttribute("data-now", index === (now?.criterion ?? 0)));
  };
  const draw = () => {
    const ended = phase === "ended";
    root.dataset.phase = phase;
    if (phase !== "revealed") drawHead(state?.showing, ended);
    for (const part of [stage.root, board]) part.hidden = ended;
    end.hidden = !ended;
    undo.hidden = ended && !state.undo;
    undo.setAttribute("aria-disabled", String(!mayUndo()));
    next.firstChild.textContent = ended ? words.reveal : words.next;
    next.hidden = !(phase === "revealed" || (ended && state.reveal));
    drawAnswers();
  };
  const go = (where) => {
    phase = where;
    settled = false;
    clearTimeout(settling);
    settling = setTimeout(() => {
      settled = true;
      drawAnswers();
    }, VOTE.settle);
    draw();
  };
  const mayUndo = () => ["judging", "ended"].includes(phase) && Boolean(state?.undo);

  /** Ask what is to be done, or tell something and hear the same. */
  const request = (make, sentence, heard) => {
    asking?.stop();
    asking = insist(ask, make, telling(sentence));
    asking.answer.then((reply) => !stopped && heard(reply));
  };
  const refresh = () => request(() => ({ type: "ballot" }), words.waiting, take);
  const take = (reply) => {
    clearTimeout(timer);
    const focused = root.contains(document.activeElement);
    state = reply.ballot;
    end.replaceChildren(...(reply.told ? [revealTable(reply.told)] : []));
    if (reply.revealed) {
      stage.name(reply.revealed);
      tell(words.revealed);
      go("revealed");
    } else proceed();
    if (focused) root.focus({ preventScroll: true });
  };
  const proceed = () => {
    const now = state.showing;
    videos.keep([now?.id, state.next].filter(Boolean));
    if (!now) return finish();
    if (now.id !== shown) return void load(now.id);
    return go("judging");
  };
  const finish = () => {
    shown = null;
    stage.blank();
    if (state.waiting) timer = setTimeout(refresh, VOTE.look);
    go("ended");
  };
  const load = async (id) => {
    [shown, broken] = [id, ""];
    stage.blank();
    go("loading");
    tell(words.loading);
    const blobs = await videos.get(id).catch((error) => (broken = error.message || words.broken));
    if (shown !== id || stopped) return;
    if (!broken && !(await stage.show(blobs))) broken = words.broken;
    if (shown !== id || stopped) return;
    shownAt = Date.now();
    tell(broken);
    go("judging");
    if (state.next) videos.get(state.next).catch(() => undefined); // it will be said when it is to be shown
  };

  const answer = (choice) => {
    if (phase !== "judging" || !settled) return;
    if (!free(choice)) return void tell(broken || words.watch_first);
    const vote = {
      id: randomId(),
      showing: state.showing.id,
      criterion: state.showing.criterion,
      choice,
      shown: shownAt,
      voted: Date.now(),
      watched: stage.watched(),
    };
    kept.set(vote);
    send(vote);
  };
  const send = (vote) => {
    go("sending");
    request(() => voteMessage(vote), words.unstored, (reply) => {
      kept.clear();
      take(reply);
    });
  };
  const act = (name) => {
    if (ANSWERS.includes(name)) answer(name);
    else if (name === "undo" && mayUndo()) {
      const vote = state.undo;
      go("sending");
      request(() => ({ type: "undo", vote }), words.waiting, take);
    } else if (name === "next" && phase === "revealed") proceed();
    else if (name === "next" && phase === "ended" && state.reveal) request(() => ({ type: "reveal" }), words.waiting, take);
    else if (name === "help") {
      help.hidden = !help.hidden;
      helpButton.setAttribute("aria-expanded", String(!help.hidden));
    } else stage.actions[name]?.();
  };
  const release = voteKeys(root, act);
  const unsent = kept.get();
  draw();
  if (unsent) send(unsent);
  else refresh();
  return () => {
    stopped = true;
    clearTimeout(timer);
    clearTimeout(settling);
    asking?.stop();
    stage.blank();
    stopAsking();
    release();
  };
}

export default { render };
