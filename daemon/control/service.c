/* SPDX-License-Identifier: EUPL-1.2 */
/* service.c - org.varlink.service: who we are and what we offer, and in which language we say it; open to whoever may connect. */
#include <string.h>

#include "base/language.h"
#include "control/answer.h"
#include "control/control_parts.h"
#include "control/interface.h"
#include "control/interface_text.h"

static const char service_text[] =
	"# The Varlink Service Interface is provided by every varlink service. It describes the service and the "
	"interfaces it "
	"implements.\n"
	"interface org.varlink.service\n"
	"\n"
	"# Get a list of all the interfaces a service provides and information about the implementation.\n"
	"method GetInfo() -> (\n"
	"  vendor: string,\n"
	"  product: string,\n"
	"  version: string,\n"
	"  url: string,\n"
	"  interfaces: []string\n"
	")\n"
	"\n"
	"# Get the description of an interface that is implemented by this service.\n"
	"method GetInterfaceDescription(interface: string) -> (description: string)\n"
	"\n"
	"# The requested interface was not found.\n"
	"error InterfaceNotFound (interface: string)\n"
	"\n"
	"# The requested method was not found\n"
	"error MethodNotFound (method: string)\n"
	"\n"
	"# The interface defines the requested method, but the service does not implement it.\n"
	"error MethodNotImplemented (method: string)\n"
	"\n"
	"# One of the passed parameters is invalid.\n"
	"error InvalidParameter (parameter: string)\n"
	"\n"
	"# Client is denied access\n"
	"error PermissionDenied ()\n"
	"\n"
	"# Method is expected to be called with 'more' set to true, but wasn't\n"
	"error ExpectedMore ()\n";

void service_get_info(struct varlink_call *call, void *ctx)
{
	const struct control *control = ctx;
	const struct view *view = control->host.view(control->host.ctx);
	struct answer a = answer_object(), interfaces = answer_list();
	answer_word(&interfaces, NULL, SERVICE_NAME);
	answer_word(&interfaces, NULL, INTERFACE_NAME);
	answer_word(&a, "vendor", "duaalsync");
	answer_word(&a, "product", "duaalsyncd");
	answer_string(&a, "version", view->version != NULL ? view->version : "");
	answer_word(&a, "url", "https://app.werkplekduaal.be");
	answer_add(&a, "interfaces", interfaces);
	varlink_call_reply(call, answer_end(&a));
}

void service_get_description(struct varlink_call *call, void *ctx)
{
	(void)ctx;
	const char *name = varlink_call_string(call, "interface"), *text = NULL;
	if (strcmp(name, INTERFACE_NAME) == 0)
		text = interface_text;
	else if (strcmp(name, SERVICE_NAME) == 0)
		text = service_text;
	struct answer a = answer_object();
	if (text != NULL) {
		answer_word(&a, "description", text);
		varlink_call_reply(call, answer_end(&a));
	} else {
		answer_word(&a, "interface", name);
		varlink_call_error(call, SERVICE_METHOD("InterfaceNotFound"), answer_end(&a));
	}
}

void set_language_method(struct varlink_call *call, void *ctx)
{
	(void)ctx;
	varlink_call_set_language(call, language_of(varlink_call_string(call, "language")));
	struct answer a = answer_object();
	answer_word(&a, "language", language_name(varlink_call_language(call)));
	varlink_call_reply(call, answer_end(&a));
}
