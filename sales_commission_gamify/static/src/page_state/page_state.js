import {Component, onWillStart} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";

// Milliseconds that a page stays away for its first answer before it shows that it waits
const PATIENCE = 500;

// What the server says to people; anything else says nothing to them
const SPOKEN = ["UserError", "ValidationError", "AccessError", "MissingError"];

/** Grey bars where the page will be. */
export class PageLoading extends Component {
    static template = "sales_commission_gamify.PageLoading";
    static props = {text: {type: String, optional: true}};

    get text() {
        return this.props.text || _t("Loading…");
    }
}

/** Says in the place of a page why it is empty, and in its slot what to do. */
export class PageMessage extends Component {
    static template = "sales_commission_gamify.PageMessage";
    static props = {
        icon: String,
        title: String,
        role: {type: String, optional: true},
        slots: {type: Object, optional: true},
    };
}

/** What could not be loaded, and a button that tries again. */
export class PageError extends Component {
    static template = "sales_commission_gamify.PageError";
    static components = {PageMessage};
    static props = {
        title: String,
        error: {type: [Object, {value: null}], optional: true},
        retry: Function,
    };

    get text() {
        const name = this.props.error?.exceptionName?.split(".").pop();
        return (
            (SPOKEN.includes(name) && this.props.error.data?.message) ||
            _t(
                "Nothing is lost. Check your connection and try again; if it keeps " +
                    "failing, tell your administrator.",
            )
        );
    }
}

/**
 * Loads before the page is shown, for a moment; then the page is shown as loading.
 *
 * @param {() => Promise} load catches its own errors
 */
export function useFirstLoad(load) {
    onWillStart(() =>
        Promise.race([
            load(),
            new Promise((resolve) => browser.setTimeout(resolve, PATIENCE)),
        ]),
    );
}
