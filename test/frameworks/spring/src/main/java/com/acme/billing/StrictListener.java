package com.acme.billing;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.stereotype.Component;
import org.springframework.util.backoff.FixedBackOff;

/** Takes JSON alone: what is none never comes to the listener, and goes to the dead letters at once. */
@Component
@Profile("strict")
public class StrictListener {
  /** An invoice as JSON holds it. */
  public record Invoice(String id, long cents) {}

  @Bean
  static DefaultErrorHandler errorHandler(KafkaTemplate<?, ?> template) {
    return new DefaultErrorHandler(new DeadLetterPublishingRecoverer(template), new FixedBackOff(100, 2));
  }

  @KafkaListener(topics = "spring.strict", groupId = "billing-strict")
  public void on(Invoice invoice) {}
}
