/* The screen on the wall. It runs for days without anybody near: nothing is kept but
the last answer, every failure is tried again, and the page loads itself anew four times
a day and whenever the add-on was updated. */

const POLL_MS = 8_000;
const SCREEN_MS = 60_000;
const RELOAD_MS = 6 * 3_600_000;
const CELEBRATION_MS = 7_000;
const MOST_CELEBRATED = 3;
const COLOURS = ["#ffd166", "#ef476f", "#06d6a0", "#5b8cff", "#9b6bff", "#ffffff"];

const base = document.body.dataset.url;
let screen = JSON.parse(document.getElementById("screen").textContent);
let place = -1;
let last = screen.last;
let failures = 0;
// A link that was taken back shows nothing. So does one that cannot be found while the
// server starts: as soon as it is there again the page is loaded anew.
let isBlank = false;
const waiting = [];
const find = (selector) => document.querySelector(selector);

function make(tag, className, text) {
    const node = document.createElement(tag);
    node.className = className;
    node.textContent = text;
    return node;
}

function makeRow(row, index) {
    const line = document.createElement("li");
    line.style.animationDelay = `${index * 60}ms`;
    if (row.place === 1) {
        line.classList.add("first");
    }
    if (row.width !== undefined) {
        const bar = document.createElement("i");
        bar.style.width = `${Math.min(row.width, 100)}%`;
        line.append(bar);
    }
    if (row.place !== undefined) {
        line.append(make("span", "place", row.place));
    }
    const name = make("span", "name", row.name);
    if (row.note) {
        name.append(make("small", "", row.note));
    }
    line.append(name, make("span", "text", row.text));
    return line;
}

function draw() {
    if (isBlank) {
        return;
    }
    const pages = screen.pages;
    const page = pages[place];
    find("#name").textContent = screen.name;
    find("h1").replaceChildren(
        page ? page.title : screen.company,
        make("small", "", page ? page.period : screen.period),
    );
    if (page) {
        const list = document.createElement("ol");
        list.append(...page.rows.map(makeRow));
        find("main").replaceChildren(list);
    } else {
        find("main").replaceChildren(make("div", "empty", screen.empty));
    }
    const dots = pages.map((_page, index) =>
        make("u", index === place ? "on" : "", ""),
    );
    find("footer div").replaceChildren(...dots);
}

function turn() {
    const count = screen.pages.length;
    place = count ? (place + 1) % count : -1;
    try {
        draw();
    } catch {
        // One page that cannot be drawn must not stop the others.
    }
    setTimeout(turn, screen.seconds * 1_000);
}

function showTime() {
    if (isBlank) {
        return;
    }
    find("time").textContent = new Date().toLocaleTimeString(screen.lang, {
        hour: "2-digit",
        minute: "2-digit",
    });
}

// --- asking the server ---------------------------------------------------------------

async function ask(path) {
    const answer = await fetch(`${base}/${path}`, {
        cache: "no-store",
        credentials: "omit",
        signal: AbortSignal.timeout(15_000),
    });
    if (answer.status === 404) {
        isBlank = true;
        document.body.replaceChildren();
        throw new Error("This board has a new link.");
    }
    if (!answer.ok) {
        throw new Error(answer.statusText);
    }
    const content = await answer.json();
    if (isBlank) {
        await reload();
    }
    return content;
}

/** Never leaves for a page that is not there: nobody stands by to go back. */
async function reload() {
    const page = await fetch(base, {
        cache: "no-store",
        credentials: "omit",
        signal: AbortSignal.timeout(15_000),
    });
    if (page.ok) {
        location.reload();
    }
}

async function refresh() {
    const answer = await ask("screen");
    if (answer.version !== screen.version) {
        await reload();
    }
    screen = answer;
}

async function poll() {
    try {
        const news = await ask(`news?since=${last}`);
        last = news.last;
        if (news.deals.length) {
            waiting.push(...news.deals.slice(0, MOST_CELEBRATED).reverse());
            waiting.splice(0, waiting.length - MOST_CELEBRATED);
            await refresh();
            celebrate();
        }
        failures = 0;
    } catch {
        failures++;
    }
    document.body.classList.toggle("offline", failures > 2);
    setTimeout(poll, POLL_MS * Math.min(2 ** failures, 8));
}

async function keepFresh() {
    try {
        await refresh();
    } catch {
        // The poll says so.
    }
    setTimeout(keepFresh, SCREEN_MS);
}

async function reloadWhenPossible() {
    try {
        await reload();
    } catch {
        // Tried again below.
    }
    setTimeout(reloadWhenPossible, SCREEN_MS);
}

// --- celebrating ---------------------------------------------------------------------

let celebrating = false;

function celebrate() {
    if (isBlank || celebrating || !waiting.length || !screen.celebrates) {
        waiting.length = screen.celebrates ? waiting.length : 0;
        return;
    }
    celebrating = true;
    const deal = waiting.shift();
    find("#deal p").textContent = screen.deal;
    find("#deal .who").textContent = deal.name;
    find("#deal .what").textContent = deal.text;
    find("#deal").classList.add("shown");
    throwConfetti();
    setTimeout(() => {
        find("#deal")?.classList.remove("shown");
        celebrating = false;
        celebrate();
    }, CELEBRATION_MS);
}

function throwConfetti() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        return;
    }
    const canvas = find("canvas");
    const context = canvas.getContext("2d");
    canvas.width = innerWidth;
    canvas.height = innerHeight;
    const pieces = Array.from({length: 220}, (_unused, index) => ({
        x: Math.random() * canvas.width,
        y: -Math.random() * canvas.height,
        speed: canvas.height * (0.002 + Math.random() * 0.004),
        drift: Math.random() * 2 - 1,
        size: canvas.height * (0.008 + Math.random() * 0.012),
        turn: Math.random() * 6,
        colour: COLOURS[index % COLOURS.length],
    }));
    const start = performance.now();
    const step = (now) => {
        context.clearRect(0, 0, canvas.width, canvas.height);
        if (now - start > CELEBRATION_MS) {
            return;
        }
        for (const piece of pieces) {
            piece.y += piece.speed;
            piece.x += piece.drift;
            piece.turn += 0.06;
            if (piece.y > canvas.height && now - start < CELEBRATION_MS - 2_500) {
                piece.y = -piece.size;
            }
            context.save();
            context.translate(piece.x, piece.y);
            context.rotate(piece.turn);
            context.fillStyle = piece.colour;
            context.fillRect(0, 0, piece.size, piece.size * 0.5);
            context.restore();
        }
        requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
}

turn();
showTime();
setInterval(showTime, 10_000);
setTimeout(poll, POLL_MS);
setTimeout(keepFresh, SCREEN_MS);
setTimeout(reloadWhenPossible, RELOAD_MS);

/** A screen that sleeps shows nothing; where it is not allowed it shows what it can. */
function stayAwake() {
    if (document.visibilityState === "visible") {
        navigator.wakeLock?.request("screen").catch(() => undefined);
    }
}

// The browser lets go of it whenever the page was out of sight.
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
