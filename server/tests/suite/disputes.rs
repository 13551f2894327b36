//! A buyer disputes a payment with their bank: what each user sees, and where the money is.

use contracts::{DisputeStatus, PaymentId};
use payments::ProviderDispute;
use payments::provider::DisputeUpdate;
use serde_json::{Value, json};

use crate::support::TestServer;
use crate::support::person::Person;

/// The provider sends the webhook of a dispute.
async fn send_dispute(server: &TestServer, payment: PaymentId, status: DisputeStatus) {
    let notice = DisputeUpdate {
        event_id: format!("evt_{}", status.as_str()),
        // The test provider's id of a payment.
        reference: payment.to_string(),
        dispute: ProviderDispute {
            id: "du_1".to_owned(),
            status,
            is_refundable: false,
            amount_cents: None,
            reason: Some("fraudulent".to_owned()),
        },
    };
    assert!(server.marketplace.payments.receive_dispute(notice).await.unwrap());
    server.deliver().await;
}

async fn readiness(server: &TestServer) -> (Value, Value) {
    let ready = server.http.get(server.url("/readyz")).send().await.unwrap();
    assert_eq!(ready.status(), 200);
    let ready: Value = ready.json().await.unwrap();
    (ready["status"].clone(), ready["openDisputes"].clone())
}

async fn html(person: &Person, path: &str) -> String {
    let page = person.get(path).await;
    assert_eq!(page.status(), 200, "{path}");
    page.text().await.unwrap()
}

#[tokio::test]
async fn buyer_seller_and_operator_see_a_dispute_and_its_end() {
    for outcome in [DisputeStatus::Won, DisputeStatus::Lost] {
        let server = TestServer::start().await;
        let (seller, buyer) = (server.person("seller"), server.person("buyer"));
        let ticket = server.listed_by(&seller, "The one", "20").await;
        let order = buyer.reserve(ticket).await;
        server.deliver().await;
        let paid = buyer
            .post(
                "/api/payments",
                &json!({ "orderId": order.id, "token": "tok_visa" }),
            )
            .await;
        let paid: Value = paid.json().await.unwrap();
        let payment = PaymentId::parse(paid["id"].as_str().unwrap()).unwrap();
        server.deliver().await;
        assert_eq!(readiness(&server).await, (json!("ready"), json!(0)));
        let order_page = format!("/orders/{}", order.id);
        let pages = async || {
            (
                html(&buyer, &order_page).await,
                html(&buyer, &format!("{order_page}/receipt")).await,
                html(&seller, "/sales").await,
            )
        };

        send_dispute(&server, payment, DisputeStatus::Open).await;
        assert_eq!(readiness(&server).await, (json!("degraded"), json!(1)));
        let refund = format!("/api/orders/{}/refund", order.id);
        let refused = buyer.post(&refund, &json!({})).await;
        assert_eq!(refused.status(), 400);
        assert!(refused.text().await.unwrap().contains("disputed with the bank"));
        let (of_order, receipt, sales) = pages().await;
        assert!(of_order.contains("You disputed this payment with your bank"));
        assert!(
            !of_order.contains(&format!("{order_page}/refund")),
            "nothing is offered that is refused"
        );
        assert!(receipt.contains("You disputed this payment with your bank"));
        assert!(sales.contains("Disputed"));
        assert!(
            html(&buyer, &format!("{order_page}/refund"))
                .await
                .contains("You disputed this payment")
        );

        send_dispute(&server, payment, outcome).await;
        assert_eq!(readiness(&server).await, (json!("ready"), json!(0)));
        let (of_order, receipt, sales) = pages().await;
        let listings = buyer.listings().await;
        if outcome == DisputeStatus::Won {
            assert!(of_order.contains("the payment stands"));
            assert!(listings.is_empty());
            assert_eq!(buyer.post(&refund, &json!({})).await.status(), 200);
        } else {
            for page in [of_order, receipt] {
                assert!(
                    page.contains("Your bank returned $20.00 to you after a dispute"),
                    "{page}"
                );
            }
            assert!(sales.contains("Dispute lost"));
            assert_eq!(listings.len(), 1, "the ticket is free");
        }
        server.deliver().await;
        server.marketplace.payments.reconcile().await.unwrap();
        server.deliver().await;
        // No refund is requested of money that the bank has returned.
        let provider = server.marketplace.test_provider().unwrap();
        let charge = provider.find(&payment.to_string()).await.unwrap().unwrap();
        let status = match outcome {
            DisputeStatus::Lost => test_provider::ChargeStatus::Succeeded,
            _ => test_provider::ChargeStatus::Refunded,
        };
        assert_eq!(charge.status, status);
        server.finish().await;
    }
}
