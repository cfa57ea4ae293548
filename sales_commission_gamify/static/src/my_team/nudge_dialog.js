import {Component, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {useAutofocus} from "@web/core/utils/hooks";

/** A short message to somebody of the team. */
export class NudgeDialog extends Component {
    static template = "sales_commission_gamify.NudgeDialog";
    static components = {Dialog};
    static props = {name: String, send: Function, close: Function};

    setup() {
        this.state = useState({message: "", isSending: false});
        useAutofocus({refName: "message"});
    }

    get title() {
        return _t("Message to %s", this.props.name);
    }

    get canSend() {
        return this.state.message.trim() && !this.state.isSending;
    }

    async send() {
        this.state.isSending = true;
        try {
            await this.props.send(this.state.message);
        } finally {
            this.state.isSending = false;
        }
        this.props.close();
    }
}
