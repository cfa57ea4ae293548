/**
 * My Commissions in the portal: fetches the parts that take longer, and the page anew when
 * somebody comes back to it.
 */
const PAGE = "o_portal_commissions";
const STALE_MS = 30_000;
let loadedAt = Date.now();

async function loadPart(part) {
    try {
        const answer = await fetch(part.dataset.src);
        if (answer.ok && !answer.redirected) {
            part.innerHTML = await answer.text();
        }
    } catch {
        // The figures of the page are right without it.
    }
}

function loadParts() {
    document.querySelectorAll(".o_portal_commission_part").forEach(loadPart);
}

async function refresh() {
    const page = document.getElementById(PAGE);
    if (document.visibilityState !== "visible" || Date.now() - loadedAt < STALE_MS) {
        return;
    }
    loadedAt = Date.now();
    try {
        const answer = await fetch(window.location.href);
        const text = await answer.text();
        const fresh = new DOMParser()
            .parseFromString(text, "text/html")
            .getElementById(PAGE);
        // signed out meanwhile: what is there stays until the next click
        if (fresh && !page.contains(document.activeElement)) {
            // what lives in the page goes on living
            const living = [...page.querySelectorAll("owl-component")];
            fresh
                .querySelectorAll("owl-component")
                .forEach((place, index) => place.replaceWith(living[index] || place));
            page.replaceWith(fresh);
            loadParts();
        }
    } catch {
        // No connection: the next time.
    }
}

document.addEventListener("visibilitychange", refresh);
loadParts();
